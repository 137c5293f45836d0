{{ config(materialized="view") }}

select
    kind,
    raw_value,
    mention,
    normal_value,
    display_value,
    extension,
    is_personal,
    is_role_mailbox,
    is_shared_host,
    first_name,
    last_name,
    first_key,
    middle_key,
    last_key,
    suffix_key,
    role_key
from {{ ref("normalised_values") }}
