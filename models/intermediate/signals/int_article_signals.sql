{{ config(materialized="view") }}
with

articles as (

    select * from {{ ref("int_articles") }}

),

article_events as (

    select * from {{ ref("article_events") }}

),

signal_types as (

    select * from {{ ref("pressure_signal_types") }}

)

select
    articles.company_id,
    signal_types.signal_type,
    'default' as variant,
    signal_types.magnitude,
    articles.published_at as detected_at,
    articles.published_at + signal_types.valid_days * interval '1 day' as expires_at,
    cast(null as bigint) as n,
    cast(null as text) as subject,
    'blog_articles' as source_table,
    articles.raw_id as source_record_ids,
    articles.raw_id as source_key
from articles
inner join article_events on articles.event_type = article_events.event_type
inner join signal_types on article_events.signal_type = signal_types.signal_type
where articles.confidence * 100 >= signal_types.threshold
