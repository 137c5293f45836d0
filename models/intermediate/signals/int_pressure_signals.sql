{%- set sources = ["int_filing_signals", "int_renewal_signals", "int_people_signals", "int_article_signals"] -%}

with

found as (

    {%- for source in sources %}
    select
        company_id,
        signal_type,
        variant,
        magnitude,
        detected_at,
        expires_at,
        n,
        subject,
        source_table,
        source_record_ids,
        source_key
    from {{ ref(source) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

signal_types as (

    select * from {{ ref("pressure_signal_types") }}

),

phrases as (

    select * from {{ ref("evidence_phrases") }}

)

select
    concat('sig_', substr({{ sha256_hex("concat(found.signal_type, '|', found.source_key)") }}, 1, 16)) as signal_id,
    found.company_id,
    signal_types.domain,
    signal_types.hub,
    found.signal_type,
    signal_types.pressure_class,
    cast(found.magnitude as integer) as magnitude,
    found.detected_at,
    found.expires_at,
    found.expires_at > {{ as_of() }} as is_active,
    found.variant,
    found.n,
    found.subject,
    found.source_table,
    found.source_record_ids,
    {# the text from the source goes in last, so that it is never read as a phrase #}
    replace(
        replace(
            replace(
                phrases.phrase,
                '{days}',
                concat(cast(found.n as text), case when found.n = 1 then ' day' else ' days' end)
            ),
            '{n}',
            coalesce(cast(found.n as text), '')
        ),
        '{subject}',
        coalesce(found.subject, '')
    ) as evidence_text
from found
inner join signal_types on found.signal_type = signal_types.signal_type
inner join phrases on found.signal_type = phrases.signal_type and found.variant = phrases.variant
