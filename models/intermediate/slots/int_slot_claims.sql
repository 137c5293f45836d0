{# claims in force: the observations since the last ending #}
{%- set days_that_count = 2147483647 if var("slot_claim_ttl_days") is none else var("slot_claim_ttl_days") %}
with

claim_observations as (

    select * from {{ ref("int_claim_observations") }}
    where role is not null

),

standing as (

    select
        claim_observations.*,
        row_number() over (
            partition by
                claim_observations.claim_source,
                claim_observations.person_id,
                claim_observations.company_id,
                claim_observations.role
            order by claim_observations.observed_at desc, claim_observations.rank
        ) as recency
    from claim_observations
    left join {{ ref("int_claim_endings") }} as claim_endings
        on
            claim_observations.person_id = claim_endings.person_id
            and claim_observations.company_id = claim_endings.company_id
            and claim_observations.role = claim_endings.role
    where claim_endings.ended_at is null or claim_observations.observed_at >= claim_endings.ended_at

),

claims as (

    select
        claim_source,
        person_id,
        company_id,
        role,
        max(case when recency = 1 then rank end) as rank,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at,
        min(known_at) as first_known_at
    from standing
    group by claim_source, person_id, company_id, role

),

{# a hire shortly before the claim by title, of this person or of an unknown person, gives the start date #}
hires as (

    select
        claims.person_id,
        claims.company_id,
        claims.role,
        max(movements.detected_at) as hired_at
    from claims
    inner join {{ ref("int_movements") }} as movements
        on
            claims.company_id = movements.company_id
            and claims.role = movements.role
            and claims.person_id = coalesce(movements.person_id, claims.person_id)
    where
        claims.claim_source = 'title' and movements.movement_type = 'hire' and movements.rejection_code is null
        and movements.confidence_score >= {{ var("hire_confidence_from") }}
        and {{ days_between("movements.detected_at", "claims.first_observed_at") }}
        between 0 and {{ var("hire_days_before_claim") }}
    group by claims.person_id, claims.company_id, claims.role

),

{# if two people look alike, the one whose claim by title began later does not compete until a reviewer decides #}
look_alikes as (

    select
        case sides.side when 'a' then pairs.person_id_a else pairs.person_id_b end as person_id,
        case sides.side when 'a' then pairs.person_id_b else pairs.person_id_a end as other_id
    from {{ ref("look_alikes") }} as pairs
    cross join (values ('a'), ('b')) as sides (side)
    where pairs.conflict_type = 'fuzzy_name_company' and not pairs.is_different

),

yielding as (

    select distinct
        later.person_id,
        later.company_id,
        later.role
    from look_alikes
    inner join claims as later on look_alikes.person_id = later.person_id
    inner join claims as earlier
        on
            look_alikes.other_id = earlier.person_id
            and later.company_id = earlier.company_id
            and later.role = earlier.role
    inner join {{ ref("int_people") }} as later_person on later.person_id = later_person.person_id
    inner join {{ ref("int_people") }} as earlier_person on earlier.person_id = earlier_person.person_id
    where
        later.claim_source = 'title'
        and earlier.claim_source = 'title'
        and (later.first_observed_at, later_person.person_number)
        > (earlier.first_observed_at, earlier_person.person_number)
        {# unless only the later one was seen recently #}
        and (
            {{ days_between("earlier.last_observed_at", today()) }} <= {{ var("look_alike_yields_days") }}
            or {{ days_between("later.last_observed_at", today()) }} > {{ var("look_alike_yields_days") }}
        )

)

select
    claims.*,
    {# an explicit fill began at its first `effective_at` #}
    coalesce(case when claims.claim_source = 'title' then hires.hired_at end, claims.first_observed_at) as began_at,
    email_colours.colour as email_status,
    row_number() over (
        partition by claims.company_id, claims.role
        order by
            claims.rank,
            claims.last_observed_at desc,
            claims.first_observed_at,
            email_colours.claim_order,
            claims.person_id,
            claims.claim_source
    ) as claim_rank
from claims
left join hires
    on
        claims.person_id = hires.person_id
        and claims.company_id = hires.company_id
        and claims.role = hires.role
left join {{ ref("int_people") }} as people on claims.person_id = people.person_id
left join {{ ref("email_verifications") }} as checks on people.email = checks.email and checks.is_latest
inner join {{ ref("email_colours") }} as email_colours
    on coalesce(checks.email_status, 'gray') = email_colours.colour
left join yielding
    on
        claims.claim_source = 'title'
        and claims.person_id = yielding.person_id
        and claims.company_id = yielding.company_id
        and claims.role = yielding.role
where
    yielding.person_id is null
    and {{ days_between("claims.last_observed_at", today()) }} <= {{ days_that_count }}
