{#
    The log of dbt invocations (PLE): each invocation is a cycle, each node a step, each failure or warning a message.
    Hooks create the tables before a run and write to them when it ends, even if it fails. Times come from the machine's
    clock, because the log is about the machine.
#}

{#- The three log tables with their columns. -#}
{%- macro ple_tables() -%}
    {{- return({
        "ple_cycle_log": "cycle_id text, cycle_name text, as_of timestamp, is_full_build boolean, status text, started_at timestamp, completed_at timestamp",
        "ple_step_log": "step_id text, cycle_id text, step_name text, step_type text, status text, executed_at timestamp, seconds numeric(12, 3), rows_affected bigint",
        "ple_message_log": "log_id text, step_id text, log_level text, message text, logged_at timestamp",
    }) -}}
{%- endmacro -%}

{#- A log table. Hooks write it; it is not a model. -#}
{%- macro ple_table(name) -%}
    {{- return(api.Relation.create(
        database=target.database, schema=generate_schema_name("slotwatch_ledgers", none), identifier=name
    )) -}}
{%- endmacro -%}

{%- macro is_logged_run() -%}
    {{- return(execute and flags.WHICH in ("build", "run", "seed", "snapshot", "test")) -}}
{%- endmacro -%}

{#- Before a run: create the tables. -#}
{%- macro prepare_ple_log() -%}
    {%- if is_logged_run() -%}
        {%- set log = ple_table("ple_cycle_log") -%}
        {#- `create schema if not exists` needs the right to create schemas even if the schema exists -#}
        {%- if not adapter.check_schema_exists(log.database, log.schema) -%}
            {%- do adapter.create_schema(log) -%}
        {%- endif -%}
        {%- for name, columns in ple_tables().items() -%}
            {%- do run_query("create table if not exists " ~ ple_table(name) ~ " (" ~ columns ~ ")") -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}

{#- After a run: its cycle, steps and messages, one statement per table. -#}
{%- macro write_ple_log(results) -%}
    {%- if is_logged_run() -%}
        {%- set failed = ["error", "fail", "runtime error"] -%}
        {%- set steps, messages = [], [] -%}
        {%- set built, troubles = [], [] -%}
        {%- for result in results if result.node.resource_type | string != "exposure" -%}
            {%- set status = result.status | string -%}
            {%- set step_id = invocation_id ~ "/" ~ result.node.unique_id -%}
            {%- set run = result.timing | selectattr("name", "equalto", "execute") | first -%}
            {%- set executed_at = run.started_at if run and run.started_at else run_started_at -%}
            {%- set rows_affected = result.adapter_response.get("rows_affected") if result.adapter_response else none -%}
            {%- do steps.append(sql_row([
                step_id, invocation_id, result.node.name, result.node.resource_type | string, status,
                executed_at, (result.execution_time or 0) | round(3), rows_affected,
            ])) -%}
            {%- if result.node.resource_type | string == "model" -%}
                {%- do built.append(result.node.unique_id) -%}
            {%- endif -%}
            {%- if status in failed + ["skipped"] -%}
                {%- do troubles.append(step_id) -%}
            {%- endif -%}
            {%- if status in failed + ["warn"] -%}
                {%- do messages.append(sql_row([
                    step_id ~ "/1", step_id, "error" if status in failed else "warning",
                    (result.message or status)[:2000], executed_at,
                ])) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set models = graph.nodes.values() | selectattr("resource_type", "equalto", "model") | list -%}
        {%- set cycle = sql_row([
            invocation_id, "dbt " ~ flags.WHICH, as_of_text(),
            flags.WHICH == "build" and built | length == models | length,
            "failed" if troubles else "success", run_started_at, modules.datetime.datetime.now(modules.pytz.utc),
        ]) -%}
        {%- do append_rows("ple_cycle_log", [cycle]) -%}
        {%- do append_rows("ple_step_log", steps) -%}
        {%- do append_rows("ple_message_log", messages) -%}
    {%- endif -%}
{%- endmacro -%}

{%- macro append_rows(name, rows) -%}
    {%- if rows -%}
        {%- do run_query("insert into " ~ ple_table(name) ~ " values " ~ rows | join(", ")) -%}
    {%- endif -%}
{%- endmacro -%}

{#- One row of values as SQL text; the columns of the table give the types. -#}
{%- macro sql_row(values) -%}
    {%- set cells = [] -%}
    {%- for value in values -%}
        {%- do cells.append("null" if value is none else "'" ~ value | string | replace("'", "''") ~ "'") -%}
    {%- endfor -%}
    {{- return("(" ~ cells | join(", ") ~ ")") -}}
{%- endmacro -%}
