select
    suppressions.raw_id,
    company_references.company_id,
    suppressions.email,
    suppressions.reason,
    suppressions.expires_at,
    suppressions.created_at,
    {# a company that is not found leaves the email to stop #}
    suppressions.names_a_company and company_references.company_id is null as is_company_unknown,
    coalesce(
        suppressions.rejection_code,
        case
            when company_references.company_id is null and suppressions.email is null
                then company_references.rejection_code
        end
    ) as rejection_code
from {{ ref("stg_suppressions") }} as suppressions
inner join {{ ref("int_company_references") }} as company_references
    on suppressions.raw_id = company_references.raw_id and company_references.raw_table = 'suppression'
