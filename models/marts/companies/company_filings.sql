select
    companies.company_id,
    filings.company_id is not null as filing_present,
    cast(filings.latest_plan_year as integer) as latest_plan_year,
    filings.last_received_at,
    filings.carrier_name as carrier,
    filings.broker_name as broker_or_advisor
from {{ ref("companies") }} as companies
left join {{ ref("int_company_filings") }} as filings on companies.company_id = filings.company_id
