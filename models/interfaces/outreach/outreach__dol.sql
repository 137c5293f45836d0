{{ config(schema="outreach", alias="dol") }}

select
    companies.outreach_id,
    companies.ein,
    filings.filing_present,
    filings.carrier,
    filings.broker_or_advisor,
    companies.renewal_month
from {{ ref("companies") }} as companies
inner join {{ ref("company_filings") }} as filings on companies.company_id = filings.company_id
