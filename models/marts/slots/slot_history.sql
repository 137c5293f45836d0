{# the slot snapshot with today's person ids: one row per spell of one occupant or of vacancy #}
with

snapshots as (

    {{ versions_up_to_today(
        ref("slot_status_snapshot"), ref("int_slot_status"), ["slot_id", "status", "person_id"], ["company_id", "role"]
    ) }}

),

companies as (

    select company_id from {{ ref("companies") }}

),

{# ids that became aliases of another id #}
person_aliases as (

    select
        alias_id,
        person_id
    from {{ ref("int_person_identity") }}
    where kind = 'alias' and alias_id <> person_id

),

person_merges as (

    select
        alias_id,
        min(recorded_at) as merged_at
    from {{ ref("id_merges") }}
    where entity_type = 'person'
    group by alias_id

),

{# a company that became an alias leaves the history with its slots #}
versions as (

    select
        snapshots.slot_id,
        snapshots.company_id,
        snapshots.role,
        snapshots.status,
        snapshots.person_id as recorded_person_id,
        coalesce(person_aliases.person_id, snapshots.person_id) as person_id,
        snapshots.valid_from
    from snapshots
    inner join companies on snapshots.company_id = companies.company_id
    left join person_aliases on snapshots.person_id = person_aliases.alias_id

),

with_previous as (

    select
        *,
        lag(status) over slot_versions as previous_status,
        lag(person_id) over slot_versions as previous_person_id,
        lag(recorded_person_id) over slot_versions as previous_recorded_person_id
    from versions
    window slot_versions as (partition by slot_id order by valid_from)

),

{# a version that differs only because two people became one starts no new spell #}
spell_starts as (

    select with_previous.*
    from with_previous
    left join person_merges
        on
            with_previous.previous_recorded_person_id = person_merges.alias_id
            and with_previous.valid_from >= person_merges.merged_at
    where
        with_previous.previous_status is null
        or with_previous.previous_status <> with_previous.status
        or coalesce(with_previous.previous_person_id, '') <> coalesce(with_previous.person_id, '')
        or (
            coalesce(with_previous.previous_recorded_person_id, '') <> coalesce(with_previous.recorded_person_id, '')
            and person_merges.alias_id is null
        )

),

spells as (

    select
        *,
        lead(valid_from) over (partition by slot_id order by valid_from) as valid_to
    from spell_starts

)

{# sorted, so that DuckDB reads only a small part of the table to find one company #}
select
    slot_id,
    company_id,
    role,
    status,
    person_id,
    valid_from,
    valid_to,
    valid_to is null as is_current,
    cast({{ days_between("valid_from", "coalesce(valid_to, " ~ as_of() ~ ")") }} as bigint) as days
from spells
order by company_id
