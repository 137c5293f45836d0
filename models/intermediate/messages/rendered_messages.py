"""The copy of each message that could be sent today, and the copy rules that it breaks."""

from slotwatch.messages import render_messages


def model(dbt, session):
    dbt.config(materialized="table")
    dbt.ref("int_code_version")
    return render_messages(
        dbt.ref("int_message_candidates").to_arrow_table(),
        dbt.ref("message_templates").to_arrow_table(),
        dbt.ref("forbidden_phrases").to_arrow_table(),
    )
