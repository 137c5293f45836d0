{%- set queues = ["url_check_queue", "profile_check_queue", "email_recheck_queue", "missing_contact_queue"] -%}

{% for queue in queues -%}
select
    '{{ queue }}' as queue,
    cast(count(*) as integer) as due
from {{ ref(queue) }}
union all
{% endfor -%}
{# decided pairs stay in the queue but are not due #}
{% for queue in ["company_resolution_queue", "people_resolution_queue"] -%}
select
    '{{ queue }}' as queue,
    cast(count(*) as integer) as due
from {{ ref(queue) }}
where resolution_status = 'pending'
union all
{% endfor -%}
select
    'due_renewals_ready' as queue,
    cast(count(*) as integer) as due
from {{ ref("company_renewals") }}
where is_campaign_ready
