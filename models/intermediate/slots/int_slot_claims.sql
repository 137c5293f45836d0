{# claims in force: the observations since the last ending #}
with

claim_observations as (

    select * from {{ ref("int_claim_observations") }}
    where role is not null

),

claim_endings as (

    select * from {{ ref("int_claim_endings") }}

),

people as (

    select
        people.person_id,
        email_status.email_status
    from {{ ref("int_people") }} as people
    inner join {{ ref("int_email_status") }} as email_status on people.email = email_status.email

),

email_colours as (

    select * from {{ ref("email_colours") }}

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
    left join claim_endings
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

{# hires of the person, or of an unknown person, in the role not long before the claim by title #}
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

)

select
    claims.*,
    case
        when claims.claim_source = 'title' then coalesce(hires.hired_at, claims.first_observed_at)
        else claims.first_observed_at
    end as began_at,
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
left join people on claims.person_id = people.person_id
inner join email_colours on coalesce(people.email_status, 'gray') = email_colours.colour
{% if var("slot_claim_ttl_days") is not none -%}
where {{ days_between("claims.last_observed_at", today()) }} <= {{ var("slot_claim_ttl_days") }}
{%- endif %}
