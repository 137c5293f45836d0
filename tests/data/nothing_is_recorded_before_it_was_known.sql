with

registered as (

    select * from {{ ref("company_id_registry") }}
    union all
    select * from {{ ref("person_id_registry") }}

),

{# the build that first saw the company or person #}
known as (

    select
        barton_id as entity_id,
        min(recorded_at) as known_from
    from registered
    group by barton_id

),

recorded as (

    select
        'company of slot_history' as record,
        company_id as entity_id,
        valid_from as recorded_at
    from {{ ref("slot_history") }}
    union all
    select
        'person of slot_history' as record,
        person_id as entity_id,
        valid_from as recorded_at
    from {{ ref("slot_history") }}
    union all
    select
        'band_history' as record,
        company_id as entity_id,
        valid_from as recorded_at
    from {{ ref("band_history") }}
    union all
    select
        'bit_rule_event_ledger' as record,
        company_id as entity_id,
        recorded_at
    from {{ ref("bit_rule_event_ledger") }}
    union all
    select
        'proof_ledger' as record,
        company_id as entity_id,
        recorded_at
    from {{ ref("proof_ledger") }}
    union all
    select
        'authorization_ledger' as record,
        company_id as entity_id,
        recorded_at
    from {{ ref("authorization_ledger") }}
    union all
    select
        'company of message_ledger' as record,
        company_id as entity_id,
        recorded_at
    from {{ ref("message_ledger") }}
    union all
    select
        'person of message_ledger' as record,
        person_id as entity_id,
        recorded_at
    from {{ ref("message_ledger") }}
    union all
    select
        'alias of id_merges' as record,
        alias_id as entity_id,
        recorded_at
    from {{ ref("id_merges") }}
    union all
    select
        'survivor of id_merges' as record,
        survivor_id as entity_id,
        recorded_at
    from {{ ref("id_merges") }}

)

select
    'id of a row of later' as record,
    barton_id as entity_id,
    recorded_at,
    observed_at as known_from
from registered
where recorded_at < observed_at
union all
select
    recorded.record,
    recorded.entity_id,
    recorded.recorded_at,
    known.known_from
from recorded
inner join known on recorded.entity_id = known.entity_id
where recorded.recorded_at < known.known_from
