{%- set bearers = {"company": "companies", "person": "people", "slot": "slots", "error": "pipeline_errors"} -%}
with

ids as (
    {% for entity, mart in bearers.items() %}
    select
        '{{ entity }}' as entity,
        {{ entity }}_id as barton_id,
        substr({{ entity }}_id, 1, 12) = '{{ barton_prefix() }}'
        and cast(substr({{ entity }}_id, 13, 5) as bigint)
        between {{ barton_block(entity) }} and {{ barton_block(entity) + var("barton_blocks") - 1 }} as is_in_block
    from {{ ref(mart) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

{# an id that intake gave may be in any block #}
handed_in as (

    select barton_id
    from {{ ref("company_id_registry") }}
    where origin = 'handed_in'
    union
    select barton_id
    from {{ ref("person_id_registry") }}
    where origin = 'handed_in'

),

counted as (

    select
        ids.barton_id,
        min(ids.entity) as entity,
        count(*) as bearers,
        min(case when ids.is_in_block or handed_in.barton_id is not null then 1 else 0 end) as is_in_block
    from ids
    left join handed_in on ids.barton_id = handed_in.barton_id
    group by ids.barton_id

)

select * from counted
where bearers > 1 or is_in_block = 0 or {{ barton_id_or_null("barton_id") }} is null
