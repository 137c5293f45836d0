"""The interfaces, which replace the relations of older documents: their columns, and the unchanged queries of their
users.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from warehouse_support import DEMO_DAYS, ROOT

# relation -> columns, in order: the names that users' queries carry
RELATIONS = {
    "svg_marketing.slot_tracker": (
        "slot_id, company_id, role, contact_id, status, filled_at, vacated_at, marketing_triggered"
    ),
    "marketing.company_master": (
        "company_unique_id, company_name, industry, employee_count, revenue, website, linkedin_url, phone, address, "
        "city, state, postal_code, created_at, updated_at"
    ),
    "marketing.people_master": (
        "unique_id, full_name, email, linkedin_url, title, phone, company_unique_id, source, created_at, updated_at"
    ),
    "marketing.company_slots": (
        "slot_unique_id, company_unique_id, person_unique_id, slot_type, is_filled, filled_at, last_refreshed_at"
    ),
    "marketing.people_resolution_queue": (
        "resolution_id, person_unique_id_primary, person_unique_id_duplicate, resolution_status, conflict_type, "
        "created_at"
    ),
    "marketing.contact_enrichment": (
        "enrichment_id, person_unique_id, agent_name, enrichment_type, status, started_at, completed_at"
    ),
    "marketing.email_verification": "verification_id, person_unique_id, email_status, provider, verified_at",
    "marketing.pipeline_events": "event_id, company_unique_id, event_type, payload, created_at",
    "marketing.pipeline_errors": "error_id, error_code, error_message, severity, component, created_at",
    "marketing.campaign": "campaign_id, name, created_at, updated_at",
    "marketing.campaign_contact": "campaign_contact_id, campaign_id, company_id, contact_id, created_at",
    "marketing.message_log": (
        "message_log_id, campaign_id, company_id, contact_id, direction, channel, message_kind, subject, body, sent_at"
    ),
    "marketing.booking_event": "booking_event_id, company_id, contact_id, event_time, source, created_at",
    "marketing.ac_handoff": "handoff_id, company_id, contact_id, notes, created_at",
    "company.company": (
        "company_id, company_name, ein, website_url, linkedin_url, news_url, address_line1, address_line2, city, "
        "state_region, postal_code, country, renewal_month, renewal_notice_window_days, created_at, updated_at, "
        "last_site_checked_at, last_linkedin_checked_at, last_news_checked_at"
    ),
    "company.company_slot": "company_slot_id, company_id, role_code, contact_id, created_at, updated_at",
    "company.next_company_urls_30d": "company_id, url_type, url, last_checked_at",
    "company.vw_company_slots": (
        "company_id, company_name, company_slot_id, role_code, contact_id, full_name, title, email, phone, "
        "profile_source_url, email_status, email_checked_at, website_url, linkedin_url, news_url"
    ),
    "company.vw_next_renewal": (
        "company_id, company_name, renewal_month, notice_days, next_renewal_date, campaign_window_start"
    ),
    "company.vw_due_renewals_ready": (
        "company_id, company_name, next_renewal_date, campaign_window_start, has_green_contact"
    ),
    "people.contact": (
        "contact_id, full_name, title, email, phone, profile_source_url, last_profile_checked_at, created_at, "
        "updated_at"
    ),
    "people.contact_verification": "contact_id, email_status, email_checked_at, email_confidence, email_source_url",
    "people.next_profile_urls_30d": "contact_id, url, last_checked_at",
    "people.due_email_recheck_30d": (
        "contact_id, full_name, title, email, email_status, email_checked_at, last_checked_at"
    ),
    "people.company_slot": "outreach_id, slot_type, is_filled, barton_id",
    "people.people_master": "barton_id, full_name, title, email",
    "bit.rule_reference": "rule_id, rule_name, weight, category, is_active",
    "bit.events": "event_id, company_unique_id, rule_id, weight, event_payload, detected_at",
    "bit.signal": "signal_id, company_id, reason, payload, created_at, processed_at",
    "bit.bit_signal": "signal_id, company_unique_id, signal_type, signal_data, signal_strength, detected_at",
    "bit.bit_company_score": "score_id, company_unique_id, total_score, signal_breakdown, calculated_at",
    "bit.bit_contact_score": "score_id, person_unique_id, engagement_score, activity_breakdown, calculated_at",
    "outreach.outreach": "outreach_id, company_unique_id",
    "outreach.company_target": "outreach_id, company_name, domain, state, employee_count",
    "outreach.dol": "outreach_id, ein, filing_present, carrier, broker_or_advisor, renewal_month",
    "outreach.bit_scores": "outreach_id, bit_score, band, band_name, calculated_at",
    "execution.send_queue": (
        "message_id, outreach_id, slot_type, barton_id, channel, subject, body, proof_id, proof_line, status, queued_at"
    ),
    "ple.ple_cycle": "cycle_id, cycle_name, status, started_at, completed_at",
    "ple.ple_step": "step_id, cycle_id, step_name, step_type, status, executed_at",
    "ple.ple_log": "log_id, step_id, log_level, message, logged_at",
    "intake.company_raw_intake": (
        "intake_id, company_name, industry, website, validation_status, promoted_to_unique_id, uploaded_at, "
        "validated_at"
    ),
    "shq.audit_log": "audit_id, event_type, entity_type, entity_id, description, created_at",
}

# name of a query in tests/interface_queries -> the query that gives the same rows from the marts, in any order
FROM_THE_MARTS = {
    "slot_lookup": "select role, status, person_id, filled_at from slots where company_id = '04.04.01.01.00001.001'",
    "slot_fill_and_its_event": """
        select true, event_id, rule_name, weight from bit_rule_events
        where company_id = '04.04.02.04.30000.001' and rule_name = 'cfo_slot_filled'
    """,
    "vacant_slots_by_age": """
        select vacated_at, role, company_name, phone from missing_contact_queue
            inner join companies using (company_id, company_name)
    """,
    "fill_rate_by_role": """
        select role, filled_slots, total_slots, fill_rate_pct from slot_fill_rates where role <> 'ALL'
    """,
    "audit_log_last_days": """
        select created_at, event_type, entity_id, description from audit_log
        where created_at > now() - interval '3 days'
    """,
    "audit_log_of_an_event_type": """
        select created_at, entity_id, description from audit_log where event_type = 'proof_superseded'
    """,
    "audit_log_of_an_entity": """
        select audit_id, event_type, description from audit_log
        where entity_type = 'person' and entity_id in ('04.04.02.04.15000.001', '04.04.02.04.15000.002')
    """,
    "url_queue": "select url_type, url, company_id, last_checked_at from url_check_queue",
    "profile_queue": "select url, person_id, last_checked_at from profile_check_queue",
    "email_queue": """
        select email, person_id, title, email_status, email_checked_at, last_checked_at from email_recheck_queue
        order by last_checked_at, person_id limit 40
    """,
    "company_slots": """
        select slots.role, company_name, full_name, title, email, email_status, people.linkedin_url
        from slots inner join companies using (company_id) inner join people using (person_id)
    """,
    "next_renewal": """
        select next_renewal_on, company_name, renewal_month, notice_days, campaign_window_start_on
        from company_renewals where next_renewal_on is not null
    """,
    "due_renewals": """
        select company_id, campaign_window_start_on, next_renewal_on, true from company_renewals where is_campaign_ready
    """,
    "due_renewals_with_their_companies": """
        select state, city, companies.company_name, website_url, next_renewal_on
        from company_renewals inner join companies using (company_id) where is_campaign_ready
    """,
    "campaign_targets": """
        select next_renewal_on, company_name, slots.role, full_name, email
        from company_renewals inner join slots using (company_id) inner join people using (person_id)
        where is_campaign_ready and email_status = 'green'
    """,
    "contacts_to_add_to_a_campaign": """
        select distinct slots.person_id, full_name from slots inner join people using (person_id)
        where slots.company_id = '04.04.02.04.30000.043' and email_status = 'green'
    """,
    "companies_with_fewer_than_three_slots": """
        select company_id, null from slots group by company_id having count(*) < 3
    """,
    "contacts_without_verification": """
        select email, full_name, person_id from people where email_status = 'gray' and email_checked_at is null
    """,
    "queue_sizes": """
        select
            case queue
                when 'url_check_queue' then 'urls'
                when 'profile_check_queue' then 'profiles'
                when 'email_recheck_queue' then 'emails'
                when 'due_renewals_ready' then 'renewals'
            end as work,
            due
        from queue_sizes where work is not null
    """,
    "companies_never_checked": """
        select company_name, website_url from companies
        where coalesce(last_site_checked_at, last_linkedin_checked_at, last_news_checked_at) is null
    """,
    "rules_and_their_events": """
        select rule_name, any_value(bit_rules.weight), count(event_id), max(detected_at)
        from bit_rules left join bit_rule_events using (rule_name) where is_active group by rule_name
    """,
    "events_of_a_company": """
        select detected_at, rule_name, category, bit_rule_events.weight, payload
        from bit_rule_events inner join bit_rules using (rule_name) where company_id = '04.04.02.04.30000.039'
    """,
    "events_without_a_rule": """
        select event_id, rule_name from bit_rule_events anti join bit_rules using (rule_name)
    """,
    "signals_not_yet_processed": """
        select signal_id, company_id, signal_type, payload, detected_at from bit_signals where processed_at is null
    """,
    "signals_by_type": "select signal_type, count(*), avg(signal_strength) from bit_signals group by signal_type",
    "best_company_scores": """
        select company_name, total_score, score_breakdown, calculated_at
        from bit_company_scores inner join companies using (company_id) where intent_category in ('High', 'Medium')
    """,
    "engaged_contacts": """
        select full_name, email, engagement_score, activity_breakdown
        from bit_contact_scores inner join people using (person_id) where engagement_tier <> 'cold'
    """,
    "bit_score_of_an_outreach_id": """
        select outreach_id, total_score, band, band_name, company_bands.calculated_at
        from companies inner join bit_company_scores using (company_id) inner join company_bands using (company_id)
        where company_name = 'Cedar Hollow Machining'
    """,
    "dol_facts_of_an_outreach_id": """
        select ein, filing_present, carrier, broker_or_advisor, renewal_month
        from companies inner join company_filings using (company_id) where company_name = 'Elkhorn Loop Irrigation'
    """,
    "companies_with_a_filing": """
        select filing_present, count(ein), count(carrier)
        from company_filings inner join companies using (company_id) group by filing_present
    """,
    "company_target_of_an_outreach_id": """
        select company_id, company_name, domain, state, employee_count from companies
        where company_name = 'Zephyr Coast Marine'
    """,
    "slots_of_an_outreach_id": """
        select slots.role, status = 'filled', full_name, title, email
        from slots inner join companies using (company_id) left join people using (person_id)
        where company_name = 'Zephyr Coast Marine'
    """,
    "send_queue_in_order": """
        select
            message_id, outreach_id, role, person_id, channel, subject, body, proof_id, proof_line, status, queued_at
        from send_queue
    """,
    "messages_with_the_person_and_the_score": """
        select company_name, send_queue.role, full_name, to_email, band_name, proof_line
        from send_queue inner join companies using (company_id) inner join company_bands using (company_id)
            inner join people using (person_id)
    """,
    "ple_steps_that_failed": """
        select cycle_name, step_name, step_type, ple_steps.status, executed_at, message
        from ple_steps inner join ple_cycles using (cycle_id) left join ple_logs using (step_id)
        where ple_steps.status not in ('success', 'pass', 'warn')
    """,
    "ple_cycles_with_their_steps": """
        select cycle_id, ple_cycles.status, completed_at, count(*)
        from ple_cycles inner join ple_steps using (cycle_id) group by all
    """,
    "ple_log_errors": "select * from ple_logs where log_level = 'error'",
    "resolution_queue": """
        select resolution_id, conflict_type, kept.full_name, other.full_name, created_at
        from people_resolution_queue
            inner join people as kept on person_id_primary = kept.person_id
            inner join people as other on person_id_duplicate = other.person_id
        where resolution_status = 'pending'
    """,
    "slots_to_fill_by_role": "select role, total_slots - filled_slots from slot_fill_rates where role <> 'ALL'",
    "people_of_a_company": """
        select person_id, full_name, email, linkedin_url, title, phone, source from people
        where company_id = '04.04.02.04.30000.039'
    """,
    "enrichment_by_status": "select agent_name, status, count(*) from enrichment_jobs group by all",
    "email_checks_by_result": """
        select
            case email_status when 'green' then 'valid' when 'yellow' then 'risky' else 'invalid' end as result,
            provider, count(*), max(verified_at)
        from email_verifications where person_id is not null and email_status <> 'gray' group by result, provider
    """,
    "contacts_by_email_status": """
        select email_status, count(*), avg(email_confidence) from people
        where email_checked_at is not null or email_status = 'red' group by email_status
    """,
    "pipeline_events_by_type": "select event_type, min(created_at), count(*) from pipeline_events group by event_type",
    "pipeline_errors_by_code": "select error_code, severity, component, count(*) from pipeline_errors group by all",
    "campaign_members": """
        select name, full_name, campaign_contacts.created_at
        from campaign_contacts inner join campaigns using (campaign_id) inner join people using (person_id)
    """,
    "replies_of_a_campaign": """
        select sent_at, full_name, subject, body from message_log left join people using (person_id)
        where campaign_id = 'cmp-01' and direction = 'inbound'
    """,
    "messages_by_channel": "select direction, channel, count(*) from message_log group by all",
    "meetings_and_handoffs": """
        select company_name, booking_events.created_at, event_time, notes
        from booking_events inner join companies using (company_id) left join ac_handoffs using (company_id)
    """,
    "intake_by_validation_status": """
        select unnest(['accepted', 'rejected']), unnest([accepted_rows, rejected_rows]) from data_reconciliation
        where raw_table = 'company_raw_intake'
    """,
    "promoted_intake": """
        select intake_id, company_name, company_id, uploaded_at, validated_at from company_intake_status
        where validation_status = 'accepted'
    """,
}

# every company has its seats, every event its rule, no build of the demo fails; the last days are by today's clock
EMPTY_ON_THE_DEMO = {
    "audit_log_last_days",
    "companies_with_fewer_than_three_slots",
    "events_without_a_rule",
    "ple_log_errors",
    "ple_steps_that_failed",
}

Ask = Callable[[str], tuple[list[str], list[tuple[Any, ...]]]]


@pytest.fixture
def ask(demo_warehouse) -> Ask:
    """Column names and rows of a query on the demo after its last day; a bare name is a mart."""

    def run(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        with duckdb.connect(str(demo_warehouse[0].path)) as connection:
            connection.execute("set search_path = 'slotwatch'")
            found = connection.execute(sql)
            return [column[0] for column in found.description], found.fetchall()

    return run


def comparable(rows: list[tuple[Any, ...]]) -> list[str]:
    """Rows in a fixed order, with numbers of all types made equal."""
    return sorted(
        repr(tuple(round(float(cell), 6) if isinstance(cell, int | float | Decimal) else cell for cell in row))
        for row in rows
    )


def query_files() -> list[Path]:
    """The queries that users of the replaced documents ran."""
    return sorted((ROOT / "tests" / "interface_queries").glob("*.sql"))


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_relation_has_the_columns_of_the_document_it_replaces(ask, relation):
    columns, _ = ask(f"select * from {relation} limit 0")
    assert columns == RELATIONS[relation].split(", ")


def test_every_interface_is_listed_and_no_other(manifest):
    interfaces = {
        f"{node.schema}.{node.alias}"
        for node in manifest.nodes.values()
        if node.resource_type == "model" and node.original_file_path.startswith("models/interfaces/")
    }
    assert interfaces == set(RELATIONS)


def test_interfaces_are_views_on_marts_alone(manifest):
    for node in manifest.nodes.values():
        if node.original_file_path.startswith("models/interfaces/"):
            assert node.config.materialized == "view", node.name
            for parent in node.depends_on.nodes:
                assert manifest.nodes[parent].schema == "slotwatch", f"{node.name} reads {parent}"


def test_every_relation_is_used_in_a_query():
    asked = "\n".join(file.read_text(encoding="utf-8") for file in query_files())
    assert [name for name in RELATIONS if not re.search(rf"(FROM|JOIN) {re.escape(name)}\b", asked)] == []


@pytest.mark.parametrize("file", query_files(), ids=lambda file: file.stem)
def test_a_query_runs_as_written_and_agrees_with_the_marts(ask, file):
    _, rows = ask(file.read_text(encoding="utf-8"))
    _, expected = ask(FROM_THE_MARTS[file.stem])
    assert comparable(rows) == comparable(expected)
    assert bool(rows) or file.stem in EMPTY_ON_THE_DEMO


def test_every_expectation_has_its_query():
    assert {file.stem for file in query_files()} == set(FROM_THE_MARTS)


@pytest.mark.parametrize(
    ("column", "relation", "values"),
    [
        ("role", "svg_marketing.slot_tracker", {"CEO", "CFO", "HR"}),
        ("status", "svg_marketing.slot_tracker", {"filled", "vacant"}),
        ("email_status", "marketing.email_verification", {"valid", "risky", "invalid"}),
        ("email_status", "people.contact_verification", {"green", "yellow", "red", "gray"}),
        ("validation_status", "intake.company_raw_intake", {"accepted", "rejected"}),
        ("has_green_contact", "company.vw_due_renewals_ready", {True}),
        ("status", "execution.send_queue", {"queued"}),
        ("status", "ple.ple_cycle", {"completed"}),
        ("status", "ple.ple_step", {"completed"}),
    ],
)
def test_a_status_has_the_words_of_the_document(ask, column, relation, values):
    _, rows = ask(f"select distinct {column} from {relation}")
    assert {value for (value,) in rows} == values


def test_a_notice_that_intake_does_not_give_is_120_days(ask):
    _, rows = ask("""
        select distinct old.renewal_notice_window_days from company.company as old
        inner join companies on old.company_id = companies.company_id
        where companies.renewal_notice_window_days is null
    """)
    assert rows == [(120,)]


def test_an_interface_shows_when_it_was_built(ask):
    _, rows = ask("select distinct cast(last_refreshed_at as varchar) from marketing.company_slots")
    assert rows == [(DEMO_DAYS[-1],)]


def test_an_accepted_intake_row_has_a_company_and_a_rejected_row_has_none(ask):
    _, rows = ask("""
        select validation_status, count(*), count(promoted_to_unique_id) from intake.company_raw_intake group by 1
    """)
    by_status = {status: (count, promoted) for status, count, promoted in rows}
    assert by_status["accepted"][0] == by_status["accepted"][1]
    assert by_status["rejected"][1] == 0
