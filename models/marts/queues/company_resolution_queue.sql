with

pairs as (

    select * from {{ ref("int_company_identity") }}
    where kind = 'pair'

),

companies as (

    select
        company_id,
        first_seen_at,
        case when ein is not null then 1 else 0 end
        + case when domain is not null then 1 else 0 end
        + case when linkedin_url is not null then 1 else 0 end
        + case when phone is not null then 1 else 0 end
        + case when industry is not null then 1 else 0 end
        + case when employee_count is not null then 1 else 0 end as facts
    from {{ ref("companies") }}

),

{# primary: the surviving company if the two were joined, else the more complete one, then the older one #}
with_primary as (

    select
        pairs.*,
        concat(least(pairs.company_id, pairs.other_company_id), '|', greatest(pairs.company_id, pairs.other_company_id))
            as pair_key,
        case
            when others.company_id is null then true
            when firsts.company_id is null then false
            when firsts.facts <> others.facts then firsts.facts > others.facts
            when firsts.first_seen_at <> others.first_seen_at then firsts.first_seen_at < others.first_seen_at
            else pairs.company_id < pairs.other_company_id
        end as is_first_primary
    from pairs
    left join companies as firsts on pairs.company_id = firsts.company_id
    left join companies as others on pairs.other_company_id = others.company_id

)

select
    concat('res_', substr({{ sha256_hex("pair_key") }}, 1, 16)) as resolution_id,
    case when is_first_primary then company_id else other_company_id end as company_id_primary,
    case when is_first_primary then other_company_id else company_id end as company_id_duplicate,
    conflict_type,
    shared_value,
    resolution_status,
    created_at
from with_primary
