with

signal_types as (

    select * from {{ ref("pressure_signal_types") }}

),

{# the steps of the strength of a renewal, from one number of days to the other #}
magnitudes as (

    select
        days_left_at_most,
        magnitude,
        coalesce(lag(days_left_at_most) over (order by days_left_at_most) + 1, 0) as days_left_at_least
    from {{ ref("renewal_magnitudes") }}

),

articles as (

    select
        articles.*,
        subjects.company_id
    from {{ ref("stg_articles") }} as articles
    inner join {{ ref("int_row_subjects") }} as subjects
        on articles.raw_id = subjects.raw_id and subjects.raw_table = 'blog_articles'
    where articles.rejection_code is null and subjects.rejection_code is null

),

{# BLOG signals: one for each article that is certain enough #}
article_signals as (

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
        articles.raw_id as source_key,
        cast(null as json) as details
    from articles
    inner join {{ ref("article_events") }} as article_events on articles.event_type = article_events.event_type
    inner join signal_types on article_events.signal_type = signal_types.signal_type
    where articles.confidence * 100 >= signal_types.threshold

),

{# DOL signals of renewals: from the opening of the notice window through the day of the renewal #}
renewal_signals as (

    select
        renewals.company_id,
        signal_types.signal_type,
        case when renewals.days_left > 0 then 'future' else 'today' end as variant,
        steps.magnitude,
        cast(renewals.window_start_on as timestamp) as detected_at,
        cast(renewals.renewal_on + signal_types.valid_days * interval '1 day' as timestamp) as expires_at,
        cast(renewals.days_left as bigint) as n,
        cast(null as text) as subject,
        'companies' as source_table,
        renewals.company_id as source_record_ids,
        concat(renewals.company_id, '|', cast(renewals.renewal_on as text)) as source_key,
        {{ json_object_of([
            ("renewal_on", "renewals.renewal_on"),
            ("renewal_month_source", "renewals.renewal_month_source"),
            ("window_start_on", "renewals.window_start_on"),
            ("notice_days", "renewals.renewal_on - renewals.window_start_on"),
        ]) }} as details
    from {{ ref("int_renewal_dates") }} as renewals
    inner join signal_types on signal_types.signal_type = 'renewal_proximity'
    inner join magnitudes as steps
        on renewals.days_left between steps.days_left_at_least and steps.days_left_at_most
    where renewals.window_start_on <= {{ today() }}

),

found as (

    select * from {{ ref("int_filing_signals") }}
    union all
    select * from renewal_signals
    union all
    select * from {{ ref("int_people_signals") }}
    union all
    select * from {{ ref("int_slot_signals") }}
    union all
    select * from article_signals

),

worded as (

    select
        {{ hashed_id("sig_", ["found.signal_type", "found.source_key"]) }} as signal_id,
        found.*,
        signal_types.domain,
        signal_types.hub,
        signal_types.pressure_class,
        {# text from a source is inserted last, so that placeholders in it are not replaced #}
        replace(
            replace(
                replace(
                    phrases.phrase,
                    '{days}',
                    concat(cast(found.n as text), case when found.n = 1 then ' day' else ' days' end)
                ),
                '{n}',
                coalesce(cast(found.n as text), '')
            ),
            '{subject}',
            coalesce(found.subject, '')
        ) as evidence_text
    from found
    inner join signal_types on found.signal_type = signal_types.signal_type
    inner join {{ ref("evidence_phrases") }} as phrases
        on found.signal_type = phrases.signal_type and found.variant = phrases.variant

)

select
    signal_id,
    company_id,
    domain,
    hub,
    signal_type,
    pressure_class,
    cast(magnitude as integer) as magnitude,
    detected_at,
    expires_at,
    expires_at > {{ as_of() }} as is_active,
    source_table,
    cast({{ json_array_of_texts("source_record_ids") }} as {{ json_type() }}) as source_record_ids,
    evidence_text,
    {# the details are one more JSON object, whose members come after those that every signal has #}
    cast(concat(
        '{"signal_type":', {{ json_value("signal_type") }},
        ',"variant":', {{ json_value("variant") }},
        ',"value":', {{ json_value("n") }},
        ',"subject":', {{ json_value("subject") }},
        ',"text":', {{ json_value("evidence_text") }},
        case when details is null then '}' else concat(',', substr(cast(details as text), 2)) end
    ) as {{ json_type() }}) as evidence
from worded
