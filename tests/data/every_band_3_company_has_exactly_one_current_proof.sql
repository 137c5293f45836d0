with

company_bands as (

    select * from {{ ref("company_bands") }}

),

current_proofs as (

    select
        company_id,
        count(*) as proof_count,
        max(band) as proof_band,
        max(pressure_class) as pressure_class,
        count(case when verdict <> 'VALID' then 1 end) as not_valid
    from {{ ref("proof_lines") }}
    where is_current
    group by company_id

)

select
    company_bands.company_id,
    company_bands.band,
    company_bands.send_band,
    current_proofs.proof_count,
    current_proofs.proof_band,
    current_proofs.not_valid
from company_bands
full outer join current_proofs on company_bands.company_id = current_proofs.company_id
where
    company_bands.company_id is null
    or coalesce(current_proofs.proof_count, 0) <> case when company_bands.band >= 3 then 1 else 0 end
    or current_proofs.proof_band <> company_bands.send_band
    or current_proofs.pressure_class <> company_bands.primary_pressure
    or current_proofs.not_valid > 0
