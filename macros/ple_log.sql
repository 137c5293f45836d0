{#
    The log of dbt invocations (PLE): each invocation is a cycle, each node a step, each failure or warning a message.
    Before a run, a hook writes the cycle as running. Each mart and snapshot writes its step in one transaction with its
    rows, so that after a killed build the log still says when each was built. A hook at the end writes the rest. Times
    come from the machine's clock, because the log is about the machine.
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

{#- `as_of`, as text, of the last build or run before this one, or of the last one that built a given step; or none. -#}
{%- macro as_of_of_the_last_build(step=none) -%}
    {%- set log = ple_table("ple_cycle_log") -%}
    {%- set steps = "select cycle_id from " ~ ple_table("ple_step_log") ~ " where status = 'success' and step_name = '" ~ step ~ "'" -%}
    {%- set last = run_query(
        "select as_of from " ~ log ~ " where cycle_name in ('dbt build', 'dbt run') and cycle_id <> '" ~ invocation_id
        ~ "'" ~ (" and cycle_id in (" ~ steps ~ ")" if step else "") ~ " order by started_at desc limit 1"
    ).rows if load_relation(log) else [] -%}
    {{- return(last[0][0].strftime("%Y-%m-%d %H:%M:%S.%f") if last else none) -}}
{%- endmacro -%}

{#- Before a run: creates the tables and writes the cycle as running. Warns if the last cycle did not finish. -#}
{%- macro prepare_ple_log() -%}
    {%- if is_logged_run() -%}
        {%- set cycles = ple_table("ple_cycle_log") -%}
        {#- `create schema if not exists` needs the right to create schemas even if the schema exists -#}
        {%- if not adapter.check_schema_exists(cycles.database, cycles.schema) -%}
            {%- do adapter.create_schema(cycles) -%}
        {%- endif -%}
        {%- for name, columns in ple_tables().items() -%}
            {%- do run_query("create table if not exists " ~ ple_table(name) ~ " (" ~ columns ~ ")") -%}
        {%- endfor -%}
        {%- if flags.WHICH in ("build", "run") and selected_resources | length > 1 -%}
            {%- for name, as_of in run_query("select cycle_name, as_of from " ~ cycles ~ " where status = 'running'").rows -%}
                {%- do log("The last `" ~ name ~ "` (as_of " ~ as_of ~ ") did not finish: marts may be from different times until this one ends.", info=true) -%}
            {%- endfor -%}
            {%- do run_query("update " ~ cycles ~ " set status = 'failed' where status = 'running'") -%}
        {%- endif -%}
        {%- do append_rows("ple_cycle_log", [sql_row([
            invocation_id, "dbt " ~ flags.WHICH, as_of_text(), false, "running", run_started_at, none,
        ])]) -%}
    {%- endif -%}
{%- endmacro -%}

{#- Writes the step of a mart or snapshot inside its transaction, so that a killed build leaves a right log. -#}
{%- macro write_ple_step() -%}
    {%- if is_logged_run() -%}
        insert into {{ ple_table("ple_step_log") }} (step_id, cycle_id, step_name, step_type, status) values {{ sql_row([
            invocation_id ~ "/" ~ model.unique_id, invocation_id, model.name, model.resource_type | string, "success",
        ]) }}
    {%- endif -%}
{%- endmacro -%}

{#- After a run: how its cycle ended, its steps and messages, one statement per table. -#}
{%- macro write_ple_log(results) -%}
    {%- if is_logged_run() -%}
        {%- set failed = ["error", "fail", "runtime error"] -%}
        {%- set steps, messages, troubles = [], [], [] -%}
        {%- for result in results if result.node.resource_type | string != "exposure" -%}
            {%- set status = result.status | string -%}
            {%- set step_id = invocation_id ~ "/" ~ result.node.unique_id -%}
            {%- set run = result.timing | selectattr("name", "equalto", "execute") | first -%}
            {%- set executed_at = run.started_at if run and run.started_at else run_started_at -%}
            {%- set rows_affected = result.adapter_response.get("rows_affected") if result.adapter_response else none -%}
            {%- do steps.append(sql_row([
                step_id, invocation_id, result.node.name, result.node.resource_type | string, status, executed_at,
                (result.execution_time or 0) | round(3), rows_affected,
            ])) -%}
            {%- do troubles.append(step_id) if status in failed + ["skipped"] -%}
            {%- if status in failed + ["warn"] -%}
                {%- do messages.append(sql_row([
                    step_id ~ "/1", step_id, "error" if status in failed else "warning",
                    (result.message or status)[:2000], executed_at,
                ])) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set cycles, step_log = ple_table("ple_cycle_log"), ple_table("ple_step_log") -%}
        {%- do run_query("delete from " ~ step_log ~ " where cycle_id = '" ~ invocation_id ~ "'") -%}
        {%- do append_rows("ple_step_log", steps) -%}
        {%- do append_rows("ple_message_log", messages) -%}
        {#- a day is complete when each model was built for it, in one run or in several -#}
        {%- do run_query(
            "update " ~ cycles ~ " set status = '" ~ ("failed" if troubles else "completed") ~ "', completed_at = '"
            ~ modules.datetime.datetime.now(modules.pytz.utc) ~ "', is_full_build = cycle_name in ('dbt build', 'dbt run') and "
            ~ graph.nodes.values() | selectattr("resource_type", "equalto", "model") | list | length
            ~ " <= (select count(distinct step_name) from " ~ step_log ~ " where status = 'success' and step_type = 'model' "
            ~ "and cycle_id in (select cycle_id from " ~ cycles ~ " where as_of = '" ~ as_of_text() ~ "')) "
            ~ "where cycle_id = '" ~ invocation_id ~ "'"
        ) -%}
        {%- if flags.WHICH == "run" and "model.slotwatch.slot_history" in selected_resources -%}
            {%- do log("`dbt run` records no history: `dbt snapshot` after it records that of as_of " ~ as_of_text()[:19] ~ ".", info=true) -%}
        {%- endif -%}
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
