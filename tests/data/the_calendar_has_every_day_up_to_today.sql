select
    count(*) as days,
    min(date_day) as first_day,
    max(date_day) as last_day
from {{ ref("calendar") }}
having
    count(*) <> 10000
    or max(date_day) <> {{ today() }}
    or {{ days_between("min(date_day)", "max(date_day)") }} <> 9999
