with

articles as (

    {{ known_rows("blog_articles") }}

),

typed as {{ computed_once() }} (

    select
        *,
        {{ listed_or_null("event_type", [
            "FUNDING_EVENT", "ACQUISITION", "LEADERSHIP_CHANGE", "EXPANSION", "LAYOFF", "PRODUCT_LAUNCH",
            "PARTNERSHIP", "NEGATIVE_NEWS",
        ]) }} as known_event_type,
        {{ to_number_or_null("confidence") }} as confidence_number
    from articles

),

gated as (

    select
        raw_id,
        known_at as published_at,
        known_event_type as event_type,
        title,
        url,
        cast(case when confidence_number between 0 and 1 then confidence_number end as numeric(9, 8)) as confidence,
        {{ columns_read_later("blog_articles") }},
        unreadable_versions,
        {{ gate([("known_event_type is null", "VALUE_NOT_IN_LIST", "event_type", "event_type")]) }},
        {{ unreadable_values([
            ("confidence", "confidence", "case when confidence_number between 0 and 1 then 1 end"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
