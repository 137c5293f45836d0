{# columns of seeds with the values they may have #}
{%- set lists = {
    ("carrier_words", "treatment"): [
        "spell", "spell_later", "keep_after", "cut_after", "drop", "drop_if_named", "generic", "known", "place",
        "nobody"
    ],
    ("copy_settings", "setting"): [
        "most_words", "most_words_later", "longest_subject", "urgency_from_band", "default_pressure_class"
    ],
    ("forbidden_phrases", "kind"): ["general", "urgency", "price", "opening", "offer"],
    ("legal_suffixes", "kind"): ["suffix", "tag"],
    ("message_templates", "kind"): ["persona", "educational"],
    ("message_words", "field"): ["direction", "channel", "message_kind"],
    ("name_words", "kind"): ["honorific", "rank", "degree", "short_degree", "generation"],
    ("placeholder_emails", "part"): ["local_part", "domain", "address"],
    ("proof_forms", "form"): ["one_hub", "convergence", "phase_transition"],
    ("reply_phrases", "reply_class"): ["delay", "delivery_failure", "automatic", "opt_out", "negative", "reply"],
    ("role_mailboxes", "kind"): ["role", "no_reply", "test"],
    ("street_words", "kind"): ["spelling", "unit"],
    ("title_exclusions", "reach"): [
        "onward", "part", "aide", "after", "before", "circle", "deputy", "controller"
    ],
    ("title_job_words", "kind"): ["office", "job", "profession", "modifier"],
    ("title_unit_words", "kind"): ["before", "region", "between", "no_unit"],
} -%}
{# columns of seeds that name a row of another #}
{%- set references = [
    ("article_events", "signal_type", "pressure_signal_types", "signal_type"),
    ("bit_rule_sources", "rule_name", "bit_rules", "rule_name"),
    ("forbidden_phrases", "role", "roles", "role"),
    ("message_roles", "role", "roles", "role"),
    ("message_templates", "role", "roles", "role"),
    ("opt_out_words", "reason", "suppression_reasons", "reason"),
    ("pressure_signal_types", "signal_type", "evidence_phrases", "signal_type"),
    ("evidence_clauses", "signal_type", "pressure_signal_types", "signal_type"),
    ("suppression_words", "reason", "suppression_reasons", "reason"),
    ("title_ranks", "role", "roles", "role"),
] -%}

{% for column, values in lists.items() -%}
select
    '{{ column[0] }}.{{ column[1] }}' as seed_column,
    {{ column[1] }} as unknown_value
from {{ ref(column[0]) }}
where {{ column[1] }} not in ('{{ values | join("', '") }}')
union all
{% endfor -%}
{% for seed, column, target, key in references -%}
select
    '{{ seed }}.{{ column }}' as seed_column,
    seeds.{{ column }} as unknown_value
from {{ ref(seed) }} as seeds
left join {{ ref(target) }} as targets on seeds.{{ column }} = targets.{{ key }}
where seeds.{{ column }} is not null and targets.{{ key }} is null
{{ "union all" if not loop.last }}
{% endfor -%}
