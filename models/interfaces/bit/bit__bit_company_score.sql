{{ config(schema="bit", alias="bit_company_score") }}

select
    company_id as score_id,
    company_id as company_unique_id,
    total_score,
    score_breakdown as signal_breakdown,
    calculated_at
from {{ ref("bit_company_scores") }}
