{{ config(schema="bit", alias="rule_reference") }}

select
    rule_name as rule_id,
    rule_name,
    weight,
    category,
    is_active
from {{ ref("bit_rules") }}
