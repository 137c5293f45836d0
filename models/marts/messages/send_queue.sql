with

decisions as (

    select * from {{ ref("int_message_decisions") }}
    where reason is null

),

rendered as (

    select * from {{ ref("written_messages") }}

),

proofs as (

    select
        proof_id,
        proof_line
    from {{ ref("int_proofs") }}

),

companies as (

    select
        company_id,
        outreach_id
    from {{ ref("companies") }}

)

select
    decisions.message_id,
    decisions.company_id,
    companies.outreach_id,
    decisions.role,
    decisions.person_id,
    'email' as channel,
    decisions.email as to_email,
    coalesce(decisions.proof_band, decisions.band) as band,
    decisions.proof_id,
    proofs.proof_line,
    rendered.template_id,
    rendered.subject,
    rendered.body,
    rendered.word_count,
    'queued' as status,
    {{ as_of() }} as queued_at,
    decisions.valid_until
from decisions
inner join rendered on decisions.message_id = rendered.message_id
left join proofs on decisions.proof_id = proofs.proof_id
inner join companies on decisions.company_id = companies.company_id
