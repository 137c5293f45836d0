-- depends_on: {{ ref("company_id_registry") }}
{# models that read this one wait for the registry, so that they use only ids that are recorded #}
{# a company is found by every value that it ever had, from its first row with the value on #}
with

identity as (

    select * from {{ ref("int_company_identity") }}

),

first_seen as (

    select
        identity.company_id,
        min(intake.first_uploaded_at) as first_seen_at
    from identity
    inner join {{ ref("stg_company_intake") }} as intake on identity.intake_id = intake.raw_id
    where identity.company_id is not null and not identity.is_name_only
    group by identity.company_id

),

{# a row that only names the company counts from the time at which the company exists #}
company_rows as (

    select
        identity.company_id,
        intake.domain,
        intake.ein,
        intake.name_key,
        intake.state,
        greatest(intake.unchanged_since, first_seen.first_seen_at) as known_from
    from identity
    inner join {{ ref("stg_company_intake") }} as intake on identity.intake_id = intake.raw_id
    inner join first_seen on identity.company_id = first_seen.company_id

),

located as (

    select
        company_id,
        min(known_from) as located_from
    from company_rows
    where state is not null
    group by company_id

),

names as (

    select
        company_id,
        name_key,
        min(known_from) as known_from
    from company_rows
    where name_key is not null
    group by company_id, name_key

),

{# if a verdict separates two companies, a value that both have identifies only the older one #}
lost_domains as (

    select
        other_company_id as company_id,
        shared_value as domain
    from identity
    where kind = 'pair' and resolution_status = 'confirmed_different' and conflict_type = 'key_conflict'

)

select
    1 as step,
    alias_id as key_value,
    company_id,
    cast(null as timestamp) as known_from,
    cast(null as timestamp) as known_until
from identity
where kind = 'alias'
union all
select
    2 as step,
    company_rows.domain as key_value,
    company_rows.company_id,
    min(company_rows.known_from) as known_from,
    cast(null as timestamp) as known_until
from company_rows
left join lost_domains
    on company_rows.company_id = lost_domains.company_id and company_rows.domain = lost_domains.domain
where company_rows.domain is not null and lost_domains.domain is null
group by company_rows.domain, company_rows.company_id
union all
select
    3 as step,
    ein as key_value,
    company_id,
    min(known_from) as known_from,
    cast(null as timestamp) as known_until
from company_rows
where ein is not null
group by ein, company_id
union all
select
    4 as step,
    concat(name_key, '|', state) as key_value,
    company_id,
    min(known_from) as known_from,
    cast(null as timestamp) as known_until
from company_rows
where name_key is not null and state is not null
group by name_key, state, company_id
union all
select
    4 as step,
    concat(name_key, '|') as key_value,
    company_id,
    known_from,
    cast(null as timestamp) as known_until
from names
union all
{# a name without a state, as long as the company has no state #}
select
    5 as step,
    concat(names.name_key, '|') as key_value,
    names.company_id,
    names.known_from,
    located.located_from as known_until
from names
left join located on names.company_id = located.company_id
where located.located_from is null or located.located_from > names.known_from
