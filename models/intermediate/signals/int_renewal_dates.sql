{# the renewals around today whose notice window may be open: the last, the next and the one after #}
with

renewals as (

    select * from {{ ref("int_renewals") }}
    where renewal_month is not null

),

year_offsets as (

    select -1 as years
    union all
    select 0 as years
    union all
    select 1 as years
    union all
    select 2 as years

),

dated as (

    select
        renewals.company_id,
        renewals.first_seen_at,
        renewals.notice_days,
        cast(renewals.renewal_this_year_on + year_offsets.years * interval '1 year' as date) as renewal_on
    from renewals
    cross join year_offsets

)

select
    company_id,
    first_seen_at,
    renewal_on,
    cast(renewal_on - notice_days * interval '1 day' as date) as window_start_on,
    {{ days_between(today(), "renewal_on") }} as days_left
from dated
