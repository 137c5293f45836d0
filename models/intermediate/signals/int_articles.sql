{# the accepted articles, each with its company #}
with

articles as (

    select * from {{ ref("stg_articles") }}
    where rejection_code is null

),

subjects as (

    select * from {{ ref("int_row_subjects") }}
    where raw_table = 'blog_articles' and rejection_code is null

)

select
    articles.raw_id,
    subjects.company_id,
    articles.event_type,
    articles.title,
    articles.url,
    articles.confidence,
    articles.published_at
from articles
inner join subjects on articles.raw_id = subjects.raw_id
