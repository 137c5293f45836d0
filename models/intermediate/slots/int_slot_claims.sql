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
left join people on claims.person_id = people.person_id
inner join email_colours on coalesce(people.email_status, 'gray') = email_colours.colour
{% if var("slot_claim_ttl_days") is not none -%}
where {{ days_between("claims.last_observed_at", today()) }} <= {{ var("slot_claim_ttl_days") }}
{%- endif %}
