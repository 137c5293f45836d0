{{ current_entities(ref("int_company_groups"), ref("company_id_registry")) }},

{# ids of the registry, read through the number that survives #}
own_ids as (

    select
        given_ids.barton_id as alias_id,
        surviving_ids.barton_id as company_id,
        surviving_numbers.entity_number as company_number
    from surviving_numbers
    inner join registered_ids as given_ids on surviving_numbers.given_number = given_ids.entity_number
    inner join registered_ids as surviving_ids on surviving_numbers.entity_number = surviving_ids.entity_number

),

{# ids handed in later: the oldest company that hands one in has it #}
later_ids as (

    select
        claims.handed_in_id as alias_id,
        registered_ids.barton_id as company_id,
        claims.entity_number as company_number
    from (
        select
            observation_numbers.handed_in_id,
            observation_numbers.entity_number,
            row_number() over (
                partition by observation_numbers.handed_in_id
                order by observation_numbers.entity_number, observation_numbers.observed_at
            ) as claim_rank
        from observation_numbers
        where observation_numbers.handed_in_id is not null
    ) as claims
    inner join registered_ids on claims.entity_number = registered_ids.entity_number
    left join own_ids on claims.handed_in_id = own_ids.alias_id
    where claims.claim_rank = 1 and own_ids.alias_id is null

)

select
    alias_id,
    company_id,
    company_number
from own_ids
union all
select
    alias_id,
    company_id,
    company_number
from later_ids
