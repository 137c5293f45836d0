{# Ids of events are hashes of the facts that identify the event, so the same event has the same id in every build. #}

{#- Id of a slot event. The occupant is left out: an id that becomes an alias must not make a new event. -#}
{%- macro slot_event_id(slot_id, event_type, occurred_at) -%}
    {{ hashed_id("sev_", [slot_id, event_type, "cast(" ~ occurred_at ~ " as text)"]) }}
{%- endmacro -%}

{#- Id of the BIT event that a rule makes from one source record of a company. -#}
{%- macro rule_event_id(company_id, rule_name, source_table, source_key) -%}
    {{ hashed_id("evt_", [company_id, rule_name, source_table, source_key]) }}
{%- endmacro -%}

{%- macro hashed_id(prefix, parts) -%}
    concat('{{ prefix }}', substr({{ sha256_hex("concat(" ~ parts | join(", '|', ") ~ ")") }}, 1, 16))
{%- endmacro -%}
