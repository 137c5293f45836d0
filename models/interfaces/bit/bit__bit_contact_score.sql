{{ config(schema="bit", alias="bit_contact_score") }}

select
    person_id as score_id,
    person_id as person_unique_id,
    engagement_score,
    activity_breakdown,
    calculated_at
from {{ ref("bit_contact_scores") }}
