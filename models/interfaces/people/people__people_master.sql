{{ config(schema="people", alias="people_master") }}

select
    person_id as barton_id,
    full_name,
    title,
    email
from {{ ref("people") }}
