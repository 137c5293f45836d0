{#
    Each company and each address that is stopped, with the strongest reason in force. An order for a domain stops the
    companies with this domain and the addresses at it.
-#}
with

stop_orders as (

    select * from {{ ref("int_stop_orders") }}

),

stopped_domains as (

    select
        *,
        substr(target, 2) as domain
    from stop_orders
    where target like '@%'

),

company_domains as (

    select
        key_value as domain,
        company_id
    from {{ ref("int_company_keys") }}
    where step = 2

),

hosts as (

    select distinct
        email,
        split_part(email, '@', 2) as host
    from {{ ref("int_people") }}
    where email is not null and exists (select 1 from stopped_domains)

),

{# a host and the two hosts above it #}
host_domains as (

    select
        email,
        host as domain
    from hosts
    union
    select
        email,
        substr(host, strpos(host, '.') + 1) as domain
    from hosts
    union
    select
        email,
        substr(substr(host, strpos(host, '.') + 1), strpos(substr(host, strpos(host, '.') + 1), '.') + 1) as domain
    from hosts

),

stopped as (

    select
        company_id,
        cast(null as text) as email,
        reason,
        strength,
        is_in_force,
        created_at
    from stop_orders
    where stops_company
    union all
    select
        company_domains.company_id,
        cast(null as text) as email,
        stopped_domains.reason,
        stopped_domains.strength,
        stopped_domains.is_in_force,
        stopped_domains.created_at
    from stopped_domains
    inner join company_domains on stopped_domains.domain = company_domains.domain
    union all
    select
        cast(null as text) as company_id,
        target as email,
        reason,
        strength,
        is_in_force,
        created_at
    from stop_orders
    where target not like '@%'
    union all
    select
        cast(null as text) as company_id,
        host_domains.email,
        stopped_domains.reason,
        stopped_domains.strength,
        stopped_domains.is_in_force,
        stopped_domains.created_at
    from stopped_domains
    inner join host_domains on stopped_domains.domain = host_domains.domain

),

strongest as (

    select
        company_id,
        email,
        min(case when is_in_force then strength end) as strength,
        count(case when is_in_force and reason <> 'hard_bounce' then 1 end) > 0 as is_beyond_bounce,
        {# a bounce with an unreadable time counts as the latest event #}
        max(case when reason = 'hard_bounce' then coalesce(created_at, {{ as_of() }}) end) as bounced_at
    from stopped
    group by company_id, email

)

select
    strongest.company_id,
    strongest.email,
    reasons.reason,
    strongest.strength,
    strongest.is_beyond_bounce,
    strongest.bounced_at
from strongest
left join {{ ref("suppression_reasons") }} as reasons on strongest.strength = reasons.strength
