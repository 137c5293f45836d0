{{ config(schema="marketing", alias="people_resolution_queue") }}

select
    resolution_id,
    person_id_primary as person_unique_id_primary,
    person_id_duplicate as person_unique_id_duplicate,
    resolution_status,
    conflict_type,
    created_at
from {{ ref("people_resolution_queue") }}
