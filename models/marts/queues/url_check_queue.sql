with

companies as (

    select * from {{ ref("companies") }}

),

urls as (

    select
        company_id,
        'website' as url_type,
        website_url as url,
        last_site_checked_at as last_checked_at
    from companies
    union all
    select
        company_id,
        'linkedin' as url_type,
        linkedin_url as url,
        last_linkedin_checked_at as last_checked_at
    from companies
    union all
    select
        company_id,
        'news' as url_type,
        news_url as url,
        last_news_checked_at as last_checked_at
    from companies

)

select
    company_id,
    url_type,
    url,
    last_checked_at,
    cast({{ days_between("last_checked_at", as_of()) }} - {{ var("recheck_after_days") }} as integer) as days_overdue
from urls
where
    {{ clean_text("url") }} is not null
    and (
        last_checked_at is null
        or last_checked_at < {{ as_of() }} - interval '{{ var("recheck_after_days") }} days'
    )
