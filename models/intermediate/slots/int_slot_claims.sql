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

{# of two look-alikes, the one whose claim by title began later does not compete until a reviewer decides #}
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
        {# unless only the later one was seen of late #}
        and (
            {{ days_between("earlier.last_observed_at", today()) }} <= {{ var("look_alike_yields_days") }}
            or {{ days_between("later.last_observed_at", today()) }} > {{ var("look_alike_yields_days") }}
        )

)

select
    claims.*,
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
left join {{ ref("int_people") }} as people on claims.person_id = people.person_id
left join {{ ref("int_email_status") }} as email_status on people.email = email_status.email
inner join {{ ref("email_colours") }} as email_colours
    on coalesce(email_status.email_status, 'gray') = email_colours.colour
left join yielding
    on
        claims.claim_source = 'title'
        and claims.person_id = yielding.person_id
        and claims.company_id = yielding.company_id
        and claims.role = yielding.role
where
    yielding.person_id is null
    and {{ days_between("claims.last_observed_at", today()) }} <= {{ days_that_count }}
