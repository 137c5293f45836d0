with

pairs as (

    select * from {{ ref("int_resolution_pairs") }}

),

people as (

    select
        person_id,
        person_number,
        first_seen_at,
        case when email is not null then 1 else 0 end
        + case when phone is not null then 1 else 0 end
        + case when linkedin_url is not null then 1 else 0 end
        + case when title is not null then 1 else 0 end as facts
    from {{ ref("int_people") }}

),

registered_rows as (

    select
        registry.barton_id as registered_id,
        observations.observation_key,
        observations.intake_id,
        observations.mention,
        row_number() over (
            partition by registry.barton_id
            order by observations.observed_at, {{ bytewise("observations.intake_id") }}, observations.mention
        ) as age_rank
    from {{ ref("person_id_registry") }} as registry
    inner join {{ ref("int_person_observations") }} as observations
        on registry.observation_key = observations.observation_key

),

{# a verdict names a person by the person's oldest row, and the second person of a row by the observation key #}
first_rows as (

    select
        registered_id,
        case when mention = 1 then intake_id else observation_key end as intake_id
    from registered_rows
    where age_rank = 1

),

{# primary: the survivor of two joined people, else the more complete one, then the lower number #}
with_primary as (

    select
        pairs.*,
        case
            when pairs.survivor_id is not null then pairs.survivor_id = pairs.person_id_a
            when people_a.facts <> people_b.facts then people_a.facts > people_b.facts
            else people_a.person_number < people_b.person_number
        end as is_a_primary,
        coalesce(pairs.merged_at, greatest(people_a.first_seen_at, people_b.first_seen_at)) as created_at
    from pairs
    left join people as people_a on pairs.person_id_a = people_a.person_id
    left join people as people_b on pairs.person_id_b = people_b.person_id

)

select
    concat('res_', substr({{ sha256_hex("concat(with_primary.person_id_a, '|', with_primary.person_id_b)") }}, 1, 16))
        as resolution_id,
    case when with_primary.is_a_primary then with_primary.person_id_a else with_primary.person_id_b end
        as person_id_primary,
    case when with_primary.is_a_primary then with_primary.person_id_b else with_primary.person_id_a end
        as person_id_duplicate,
    with_primary.conflict_type,
    with_primary.similarity,
    with_primary.resolution_status,
    case when with_primary.is_a_primary then rows_a.intake_id else rows_b.intake_id end as intake_id_primary,
    case when with_primary.is_a_primary then rows_b.intake_id else rows_a.intake_id end as intake_id_duplicate,
    with_primary.created_at
from with_primary
left join first_rows as rows_a on with_primary.person_id_a = rows_a.registered_id
left join first_rows as rows_b on with_primary.person_id_b = rows_b.registered_id
