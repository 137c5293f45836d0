{# Barton ids, `NN.NN.NN.NN.NNNNN.NNN`: how numbers become ids, and how entities get numbers. #}

{%- macro barton_prefix() -%}04.04.02.04.{%- endmacro -%}

{#- First block of each entity type. -#}
{%- macro barton_block(entity) -%}
    {{- return({"slot": 10000, "person": 20000, "company": 30000, "error": 40000}[entity]) -}}
{%- endmacro -%}

{#- How many entities of a type the blocks hold; a company takes three slot numbers. -#}
{%- macro barton_capacity(entity) -%}
    {%- set numbers = var("barton_blocks") * 1000 -%}
    {{- return(numbers // 3 if entity == "company" else numbers) -}}
{%- endmacro -%}

{#- The id of entity number n; beyond the last block the query fails with the capacity. -#}
{%- macro barton_id(number, entity) -%}
    case
        when {{ number }} >= {{ var("barton_blocks") * 1000 if entity == "slot" else barton_capacity(entity) }}
            then {{ fail_with(
                "concat('The Barton id blocks of the " ~ entity ~ " ids are full: they hold "
                ~ barton_capacity(entity) ~ " numbers, and number ', cast(" ~ number ~ " as text), ' is beyond them.')"
            ) }}
        else concat(
            '{{ barton_prefix() }}',
            cast({{ barton_block(entity) }} + {{ div(number, 1000) }} as text),
            '.',
            lpad(cast({{ number }} - {{ div(number, 1000) }} * 1000 as text), 3, '0')
        )
    end
{%- endmacro -%}

{#- The number that an id would have been minted from, or null when it lies in no block of the type. -#}
{%- macro barton_number(id, entity) -%}
    {%- set block = "cast(substr(" ~ id ~ ", 13, 5) as bigint)" -%}
    case
        when
            substr({{ id }}, 1, 12) = '{{ barton_prefix() }}'
            and {{ block }} between {{ barton_block(entity) }} and {{ barton_block(entity) + var("barton_blocks") - 1 }}
            then ({{ block }} - {{ barton_block(entity) }}) * 1000 + cast(substr({{ id }}, 19, 3) as bigint)
    end
{%- endmacro -%}

{#-
    Of the ids that rows hand in, those that a registry gave in earlier builds, for the models before it. No rows before
    the first build.
-#}
{%- macro ids_of_earlier_builds(registry, origins, intake) -%}
    {%- set relation = ledger_of_earlier_builds(registry) -%}
    {%- if relation -%}
        select distinct barton_id from {{ relation }}
        where
            origin in ('{{ origins | join("', '") }}')
            and barton_id in (select handed_in_id from {{ intake }})
    {%- else -%}
        select cast(null as text) as barton_id where false
    {%- endif -%}
{%- endmacro -%}

{#-
    Of a registry, beside a CTE `observations`: the latest registration of each observation, every id ever given, and which
    group of observations holds which numbers.
-#}
{%- macro registrations(registry) -%}
    registered as (

        select
            latest.observation_key,
            latest.entity_number,
            latest.observed_at,
            latest.recorded_at
        from (
            select
                *,
                row_number() over (
                    partition by observation_key order by recorded_at desc, entity_number desc
                ) as recency
            from {{ registry }}
        ) as latest
        where latest.recency = 1

    ),

    registered_ids as (

        select distinct
            entity_number,
            barton_id
        from {{ registry }}

    ),

    {# a number belongs to the group of the first observation it was given to that is still there #}
    number_holders as (

        select
            holders.entity_number,
            holders.group_key
        from (
            select
                registered.entity_number,
                observations.group_key,
                row_number() over (
                    partition by registered.entity_number
                    order by registered.recorded_at,
                        registered.observed_at,
                        {{ bytewise("registered.observation_key") }}
                ) as age_rank
            from registered
            inner join observations on registered.observation_key = observations.observation_key
        ) as holders
        where holders.age_rank = 1

    ),

    group_numbers as (

        select
            group_key,
            min(entity_number) as entity_number
        from number_holders
        group by group_key

    )
{%- endmacro -%}

{#-
    The rows an id registry appends in this build: the observations (intake rows) it has not seen, or that left their
    entity for a new one, each with the number and the id of its entity. A group of observations keeps the oldest number
    that any of its observations holds. A group without one is new: it takes the next free number, in order of first
    observation, and keeps an id handed in by intake unless another entity holds it. A new group that hands in an id we
    hold joins that entity when it has no other key or bears the same name.

    `groups`: relation with observation_key, group_key, observed_at, intake_id, mention, handed_in_id, name_key, has_own_key.
    `other_ids`: relation with the ids (alias_id) of another entity type, which minting skips too.
-#}
{%- macro new_registry_rows(groups, entity, other_ids=none) -%}
    with

    observations as (

        select * from {{ groups }}
        where group_key is not null

    ),

    registry as (

        {% if is_incremental() -%}
        select
            observation_key,
            entity_number,
            barton_id,
            observed_at,
            recorded_at
        from {{ this }}
        {%- else -%}
        select
            cast(null as text) as observation_key,
            cast(null as bigint) as entity_number,
            cast(null as text) as barton_id,
            cast(null as timestamp) as observed_at,
            cast(null as timestamp) as recorded_at
        where false
        {%- endif %}

    ),

    {{ registrations("registry") }},

    groups_by_age as (

        select
            ages.group_key,
            ages.observed_at,
            ages.intake_id,
            ages.mention,
            ages.has_own_key,
            group_numbers.entity_number
        from (
            select
                group_key,
                observed_at,
                intake_id,
                mention,
                max(case when has_own_key then 1 else 0 end) over (partition by group_key) = 1 as has_own_key,
                row_number() over (partition by group_key order by observed_at, {{ bytewise("intake_id") }}, mention) as age_rank
            from observations
        ) as ages
        left join group_numbers on ages.group_key = group_numbers.group_key
        where ages.age_rank = 1

    ),

    {#- a new group that hands in an id we hold -#}
    adopted as (

        select
            newcomers.group_key,
            min(registered_ids.entity_number) as entity_number
        from observations as newcomers
        inner join groups_by_age on newcomers.group_key = groups_by_age.group_key
        inner join registered_ids on newcomers.handed_in_id = registered_ids.barton_id
        inner join number_holders on registered_ids.entity_number = number_holders.entity_number
        left join observations as holders
            on number_holders.group_key = holders.group_key and newcomers.name_key = holders.name_key
        where
            groups_by_age.entity_number is null
            and (not groups_by_age.has_own_key or holders.observation_key is not null)
        group by newcomers.group_key

    ),

    {#- each handed-in id that no entity holds yet goes to the oldest group that hands it in -#}
    claimed_ids as (

        select
            claims.handed_in_id,
            claims.group_key,
            row_number() over (
                partition by claims.group_key
                order by claims.observed_at, {{ bytewise("claims.intake_id") }}, claims.mention
            ) as order_in_group
        from (
            select
                observations.handed_in_id,
                observations.group_key,
                observations.observed_at,
                observations.intake_id,
                observations.mention,
                row_number() over (
                    partition by observations.handed_in_id
                    order by
                        groups_by_age.entity_number nulls last,
                        observations.observed_at,
                        {{ bytewise("observations.intake_id") }},
                        observations.mention
                ) as claim_rank
            from observations
            inner join groups_by_age on observations.group_key = groups_by_age.group_key
            left join registered_ids on observations.handed_in_id = registered_ids.barton_id
            where observations.handed_in_id is not null and registered_ids.barton_id is null
        ) as claims
        where claims.claim_rank = 1

    ),

    newcomers as (

        select
            groups_by_age.group_key,
            claimed_ids.handed_in_id,
            row_number() over (
                order by groups_by_age.observed_at, {{ bytewise("groups_by_age.intake_id") }}, groups_by_age.mention
            ) as newcomer_rank
        from groups_by_age
        left join adopted on groups_by_age.group_key = adopted.group_key
        left join claimed_ids
            on groups_by_age.group_key = claimed_ids.group_key and claimed_ids.order_in_group = 1
        where groups_by_age.entity_number is null and adopted.group_key is null

    ),

    first_free as (

        select coalesce(max(entity_number), -1) + 1 as entity_number
        from registered_ids

    ),

    {#- minting skips the numbers of ids that were handed in -#}
    reserved_numbers as (

        select distinct ids.entity_number
        from (
            select {{ barton_number("handed_in_id", entity) }} as entity_number
            from observations
            union all
            select {{ barton_number("barton_id", entity) }} as entity_number
            from registered_ids
            {%- if other_ids %}
            union all
            select {{ barton_number("alias_id", entity) }} as entity_number
            from {{ other_ids }}
            {%- endif %}
        ) as ids
        cross join first_free
        where ids.entity_number >= first_free.entity_number

    ),

    {#- the k-th newcomer takes the k-th free number: k plus the reserved numbers that lie before it -#}
    number_line as (

        select
            newcomers.group_key,
            newcomers.newcomer_rank + first_free.entity_number - 1 as position,
            0 as reserved
        from newcomers
        cross join first_free
        union all
        select
            cast(null as text) as group_key,
            entity_number - (row_number() over (order by entity_number) - 1) as position,
            1 as reserved
        from reserved_numbers

    ),

    numbered as (

        select
            group_key,
            position + sum(reserved) over (
                order by position, reserved desc rows between unbounded preceding and current row
            ) as entity_number
        from number_line

    ),

    entities as (

        select
            group_numbers.group_key,
            group_numbers.entity_number,
            registered_ids.barton_id,
            'kept' as origin
        from group_numbers
        inner join registered_ids on group_numbers.entity_number = registered_ids.entity_number
        union all
        select
            adopted.group_key,
            adopted.entity_number,
            registered_ids.barton_id,
            'kept' as origin
        from adopted
        inner join registered_ids on adopted.entity_number = registered_ids.entity_number
        union all
        select
            newcomers.group_key,
            cast(numbered.entity_number as bigint) as entity_number,
            coalesce(newcomers.handed_in_id, {{ barton_id("cast(numbered.entity_number as bigint)", entity) }}) as barton_id,
            case when newcomers.handed_in_id is not null then 'handed_in' else 'minted' end as origin
        from newcomers
        inner join numbered on newcomers.group_key = numbered.group_key

    )

    select
        observations.observation_key,
        entities.entity_number,
        entities.barton_id,
        entities.origin,
        observations.observed_at,
        {{ as_of() }} as recorded_at
    from observations
    inner join entities on observations.group_key = entities.group_key
    left join registered on observations.observation_key = registered.observation_key
    {# a new group may hold observations that were another's before: they are registered anew #}
    where registered.observation_key is null or entities.origin <> 'kept'
{%- endmacro -%}

{#-
    The entity of each observation today: the oldest number of its group; an observation whose group holds none joined
    the entity whose id it handed in, and follows the number it was registered with.
-#}
{%- macro current_entities(groups, registry) -%}
    with

    observations as (

        select * from {{ groups }}
        where group_key is not null

    ),

    registry as (

        select * from {{ registry }}

    ),

    {{ registrations("registry") }},

    {#- every number ever given to an entity that is still there, with the number that survives -#}
    surviving_numbers as (

        select
            number_holders.entity_number as given_number,
            group_numbers.entity_number
        from number_holders
        inner join group_numbers on number_holders.group_key = group_numbers.group_key

    ),

    observation_numbers as (

        select
            observations.observation_key,
            observations.handed_in_id,
            observations.observed_at,
            coalesce(group_numbers.entity_number, surviving_numbers.entity_number) as entity_number,
            registered.entity_number as given_number
        from observations
        inner join registered on observations.observation_key = registered.observation_key
        left join group_numbers on observations.group_key = group_numbers.group_key
        left join surviving_numbers on registered.entity_number = surviving_numbers.given_number

    )
{%- endmacro -%}
