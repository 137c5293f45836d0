with

decisions as (

    select * from {{ ref("int_message_decisions") }}
    where reason is null

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
    decisions.proof_line,
    decisions.template_id,
    decisions.subject,
    decisions.body,
    decisions.word_count,
    'queued' as status,
    {{ as_of() }} as queued_at,
    decisions.valid_until
from decisions
inner join companies on decisions.company_id = companies.company_id
