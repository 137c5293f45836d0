-- depends_on: {{ ref('company_id_registry') }}
{# Built from digits, because every engine writes series and recursion differently. #}
with

digits as (

    {% for digit in range(10) -%}
    select {{ digit }} as digit
    {{ "union all" if not loop.last }}
    {% endfor %}

),

numbers as (

    select ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit as days_ago
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands

)

select cast({{ today() }} - days_ago * interval '1 day' as date) as date_day
from numbers
