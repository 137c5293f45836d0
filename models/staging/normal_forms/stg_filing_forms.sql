{# apart from the others, so that filings need not be read anew because somebody's name was #}
with

filing_values as (

    {{ distinct_values(filing_columns()) }}

)

select
    forms.kind,
    forms.raw_value,
    forms.normal_value
from {{ ref("stg_normal_forms") }} as forms
inner join filing_values on forms.kind = filing_values.kind and forms.raw_value = filing_values.raw_value
