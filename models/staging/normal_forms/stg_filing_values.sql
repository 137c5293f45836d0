{{ config(materialized="view") }}
{{ distinct_values({
    "form_5500": ref("base_form_5500"),
    "schedule_a": ref("base_schedule_a"),
    "schedule_a_brokers": ref("base_schedule_a_brokers"),
}) }}
