{# the key of each seed, then the further columns that each row must fill #}
{%- set seeds = {
    "accented_names": (["name"], []),
    "article_events": (["event_type"], ["signal_type"]),
    "band_actions": (["action"], ["min_band"]),
    "band_doctrine": (["dol_active", "people_active", "blog_active"], ["active_domains", "provable_band"]),
    "bands": (["band"], ["band_name", "min_magnitude"]),
    "bit_rule_sources": (["source_table", "source_value"], ["rule_name"]),
    "bit_rules": (["rule_name"], ["weight", "decay_days", "confidence_threshold", "is_active"]),
    "carrier_aliases": (["kind", "spelling"], ["name"]),
    "carrier_words": (["kind", "treatment", "phrase"], []),
    "column_synonyms": (["table_name", "header"], ["column_name"]),
    "copy_settings": (["setting"], ["value"]),
    "contact_signal_weights": (["signal_type"], ["weight", "decay_days"]),
    "email_colours": (["colour"], ["claim_order"]),
    "email_statuses": (["status"], ["colour"]),
    "error_codes": (["error_code"], ["severity", "refuses_row", "meaning"]),
    "evidence_clauses": (["signal_type", "variant", "priority"], ["clause"]),
    "evidence_phrases": (["signal_type", "variant"], ["phrase"]),
    "forbidden_phrases": (["kind", "role", "phrase"], []),
    "hub_weights": (["hub"], ["tenths", "precedence"]),
    "legal_suffixes": (["kind", "phrase"], []),
    "message_words": (["field", "word"], ["meaning"]),
    "message_roles": (["pressure_class"], ["role"]),
    "message_templates": (["template_id"], ["kind", "pressure_class", "subject", "body"]),
    "name_words": (["word"], ["kind"]),
    "opt_out_words": (["word"], []),
    "personal_email_domains": (["domain"], []),
    "phone_words": (["word"], []),
    "placeholder_emails": (["part", "value"], []),
    "placeholder_names": (["name"], []),
    "placeholder_titles": (["title"], []),
    "pressure_signal_types": (["signal_type"], ["domain", "hub", "magnitude", "valid_days"]),
    "renewal_magnitudes": (["days_left_at_most"], ["magnitude"]),
    "proof_forms": (["band"], ["form", "quotes_per_hub", "valid_days"]),
    "reply_phrases": (["phrase"], ["reply_class"]),
    "role_mailboxes": (["local_part"], ["kind"]),
    "roles": (["role"], ["slot_offset", "precedence", "fill_order", "message_order"]),
    "score_tiers": (["score", "tier"], []),
    "shared_hosts": (["host"], []),
    "street_words": (["word"], []),
    "state_spellings": (["spelling"], ["code"]),
    "suppression_reasons": (["reason"], ["strength"]),
    "suppression_words": (["word"], ["reason"]),
    "title_exclusions": (["phrase"], ["reach"]),
    "title_job_words": (["kind", "phrase"], []),
    "title_ranks": (["level_word", "function_word", "role"], ["rank", "precedence"]),
    "title_spellings": (["phrase"], ["step"]),
    "title_unit_words": (["kind", "phrase"], []),
} -%}

{% for seed, columns in seeds.items() -%}
select
    '{{ seed }}' as seed,
    concat(
        {%- for column in columns[0] %}
        cast({{ column }} as text), ' '{{ "," if not loop.last }}
        {%- endfor %}
    ) as seed_key,
    count(*) as listed
from {{ ref(seed) }}
group by seed_key
having
    count(*) > 1
    {%- for column in [columns[0][-1]] + columns[1] %}
    or count({{ column }}) < count(*)
    {%- endfor %}
{{ "union all" if not loop.last }}
{% endfor -%}
