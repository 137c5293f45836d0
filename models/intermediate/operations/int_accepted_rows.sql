{# accepted rows per raw table, counted where they are used #}
select 'company_raw_intake' as raw_table, count(*) as accepted_rows from {{ ref("int_company_ids") }}
union all
select 'people_raw_intake', count(distinct intake_id) from {{ ref("int_person_observations") }}
union all
select 'slot_assignments', count(*) from {{ ref("int_slot_assignments") }} where rejection_code is null
union all
select 'email_verification', count(*) from {{ ref("stg_email_verifications") }} where rejection_code is null
union all
select 'talent_flow_movements', count(*) from {{ ref("int_movements") }} where rejection_code is null
union all
select 'form_5500', count(*) from {{ ref("stg_form_5500") }} where rejection_code is null
union all
select 'schedule_a', count(*) from {{ ref("stg_schedule_a") }} where rejection_code is null
union all
select 'schedule_a_brokers', count(*) from {{ ref("stg_schedule_a_brokers") }} where rejection_code is null
union all
select 'schedule_h', count(*) from {{ ref("stg_schedule_h") }} where rejection_code is null
union all
select 'blog_articles', count(*) from {{ ref("int_articles") }} where rejection_code is null
union all
select 'bit_signal', count(*) from {{ ref("int_bit_signals") }} where rejection_code is null
union all
select 'suppression', count(*) from {{ ref("int_suppressions") }} where rejection_code is null
