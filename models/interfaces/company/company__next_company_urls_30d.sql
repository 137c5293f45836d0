{{ config(schema="company", alias="next_company_urls_30d") }}

select
    company_id,
    url_type,
    url,
    last_checked_at
from {{ ref("url_check_queue") }}
