-- depends_on: {{ ref("company_id_registry") }}
{# readers of this model wait for the registry, so that no company is known by an id that is not recorded #}
{# a company is found by every value that it ever had #}
with

aliases as (

    select
        alias_id,
        company_id
    from {{ ref("int_company_identity") }}
    where kind = 'alias'

),

company_rows as (

    select
        identity.company_id,
        intake.domain,
        intake.ein,
        intake.name_key,
        intake.state
    from {{ ref("int_company_identity") }} as identity
    inner join {{ ref("stg_company_intake") }} as intake on identity.intake_id = intake.raw_id
    where identity.company_id is not null

)

select
    1 as step,
    alias_id as key_value,
    company_id
from aliases
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
