select
    registry.error_id,
    errors.error_code,
    errors.error_message,
    errors.severity,
    errors.refuses_row,
    errors.component,
    errors.raw_table,
    errors.raw_id,
    errors.created_at,
    registry.recorded_at as first_seen_at
from {{ ref("int_pipeline_errors") }} as errors
inner join {{ ref("error_id_registry") }} as registry
    on
        errors.raw_table = registry.raw_table
        and errors.raw_id = registry.raw_id
        and errors.error_code = registry.error_code
