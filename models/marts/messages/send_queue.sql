with

authorizations as (

    select * from {{ ref("message_authorizations") }}
    where is_authorized

),

checks as (

    select * from {{ ref("int_message_checks") }}

),

written as (

    select * from {{ ref("written_messages") }}

),

proofs as (

    select * from {{ ref("proof_lines") }}

),

companies as (

    select * from {{ ref("companies") }}

)

select
    checks.message_id,
    checks.company_id,
    companies.outreach_id,
    checks.role,
    checks.person_id,
    'email' as channel,
    checks.email as to_email,
    checks.message_band as band,
    cast(checks.touch_number as integer) as touch_number,
    checks.proof_id,
    proofs.line_today as proof_line,
    written.template_id,
    cast(written.facts as {{ json_type() }}) as facts,
    written.subject,
    written.body,
    written.word_count,
    'queued' as status,
    {{ as_of() }} as queued_at,
    checks.valid_until
from authorizations
inner join checks on authorizations.company_id = checks.company_id
inner join written on checks.message_id = written.message_id
inner join companies on checks.company_id = companies.company_id
left join proofs on checks.proof_id = proofs.proof_id
