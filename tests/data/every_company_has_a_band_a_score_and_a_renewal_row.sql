with

company_rows as (

    select
        company_id,
        'companies' as mart
    from {{ ref("companies") }}
    union all
    select
        company_id,
        'company_bands' as mart
    from {{ ref("company_bands") }}
    union all
    select
        company_id,
        'bit_company_scores' as mart
    from {{ ref("bit_company_scores") }}
    union all
    select
        company_id,
        'company_renewals' as mart
    from {{ ref("company_renewals") }}

)

select
    company_id,
    count(*) as mart_rows,
    count(distinct mart) as marts
from company_rows
group by company_id
having count(*) <> 4 or count(distinct mart) <> 4
