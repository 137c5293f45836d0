{# How the ledger of proofs is read. Its entries are of type `issued` or `superseded`. #}

{#-
    What the ledger held before this build, for the models that decide what it is given. No rows before the first build.
-#}
{%- macro proofs_of_earlier_builds() -%}
    {%- set relation = ledger_of_earlier_builds("proof_ledger") -%}
    {%- set columns = {
        "entry_type": "text", "recorded_at": "timestamp", "proof_id": "text", "company_id": "text", "band": "integer",
        "pressure_class": "text", "cited_magnitudes": "text", "valid_until": "timestamp",
    } -%}
    select
        {%- for column, data_type in columns.items() %}
        {{ column if relation else "cast(null as " ~ data_type ~ ") as " ~ column }}{{ "," if not loop.last }}
        {%- endfor %}
    {%- if relation %}
    from {{ relation }}
    {%- else %}
    where false
    {%- endif %}
{%- endmacro -%}

{#-
    Of each proof, when it was first and last issued, when it last ended, and whether it stands: one that ended may be
    issued again on its day, and what ends and is issued at one time is issued after.
-#}
{%- macro proof_standings(ledger) -%}
    select
        proof_id,
        min(recorded_at) as issued_at,
        max(case when entry_type = 'issued' then recorded_at end) as last_issued_at,
        max(case when entry_type = 'superseded' then recorded_at end) as last_superseded_at,
        coalesce(
            max(case when entry_type = 'issued' then recorded_at end)
            >= max(case when entry_type = 'superseded' then recorded_at end),
            true
        ) as is_current
    from {{ ledger }}
    group by proof_id
{%- endmacro -%}
