-- depends_on: {{ ref("company_id_registry") }}
with

intake as (

    select * from {{ ref("stg_company_intake") }}

),

identity as (

    select
        intake_id,
        company_id
    from {{ ref("int_company_identity") }}
    where kind = 'row'

),

refusals as (

    select
        raw_id,
        {{ join_texts("error_code", "', '", bytewise("error_code")) }} as error_codes
    from {{ ref("int_pipeline_errors") }}
    where raw_table = 'company_raw_intake' and refuses_row
    group by raw_id

)

select
    intake.raw_id as intake_id,
    intake.company_name,
    intake.industry,
    intake.website_url,
    case when identity.company_id is not null then 'accepted' else 'rejected' end as validation_status,
    refusals.error_codes,
    identity.company_id,
    intake.uploaded_at,
    {{ as_of() }} as validated_at,
    intake.name_key,
    intake.domain,
    intake.ein
from intake
left join identity on intake.raw_id = identity.intake_id
left join refusals on intake.raw_id = refusals.raw_id
