{# what a company bore at any time refers to it #}
with

company_rows as (

    select
        company_ids.company_id,
        intake.domain,
        intake.ein,
        intake.name_key,
        intake.state
    from {{ ref("int_company_ids") }} as company_ids
    inner join {{ ref("stg_company_intake") }} as intake on company_ids.intake_id = intake.raw_id

)

select
    1 as step,
    alias_id as key_value,
    company_id
from {{ ref("int_company_aliases") }}
union
select
    2 as step,
    domain as key_value,
    company_id
from company_rows
where domain is not null
union
select
    3 as step,
    ein as key_value,
    company_id
from company_rows
where ein is not null
union
select
    4 as step,
    concat(name_key, '|', state) as key_value,
    company_id
from company_rows
where name_key is not null and state is not null
union
select
    4 as step,
    concat(name_key, '|') as key_value,
    company_id
from company_rows
where name_key is not null
