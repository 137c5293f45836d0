{#
    The addresses and domains of each stop order: one row per order and address or domain, or one row for an order that
    names neither. Orders come from suppressions, from answers to messages, and from people rows with an opt-out.
-#}
with

messages as (

    select
        messages.raw_id,
        messages.direction,
        messages.channel,
        messages.sent_at,
        subjects.company_id,
        subjects.person_id,
        emails.normal_value as email,
        replies.normal_value as reply_class
    from {{ ref("stg_messages") }} as messages
    inner join {{ ref("int_row_subjects") }} as subjects
        on messages.raw_id = subjects.raw_id and subjects.raw_table = 'message_log'
    left join {{ ref("person_forms") }} as emails on messages.email = emails.raw_value and emails.kind = 'email'
    left join {{ ref("text_forms") }} as replies on messages.reply_text = replies.raw_value and replies.kind = 'reply'
    where messages.rejection_code is null

),

observations as (

    select
        observations.*,
        identity.person_id
    from {{ ref("int_person_observations") }} as observations
    inner join {{ ref("int_person_identity") }} as identity on observations.observation_key = identity.observation_key

),

answers as (

    select
        'message_log' as raw_table,
        raw_id,
        company_id,
        person_id,
        email,
        reply_class,
        case reply_class when 'delivery_failure' then 'hard_bounce' else 'customer_requested' end as reason,
        sent_at
    from messages
    where reply_class in ('opt_out', 'delivery_failure')
    union all
    select
        'people_raw_intake' as raw_table,
        people.raw_id,
        observations.company_id,
        observations.person_id,
        people.opt_out_email as email,
        'opt_out' as reply_class,
        people.opt_out_reason as reason,
        people.uploaded_at as sent_at
    from {{ ref("stg_people_intake") }} as people
    left join observations on people.raw_id = observations.intake_id
    where people.opt_out_reason is not null and coalesce(people.opt_out_email, observations.company_id) is not null

),

{# the address that the last email before a bounce went to #}
last_written_to as (

    select
        answers.raw_id,
        sent.email,
        row_number() over (partition by answers.raw_id order by sent.sent_at desc, {{ bytewise("sent.raw_id") }} desc)
            as recency
    from answers
    inner join messages as sent on answers.person_id = sent.person_id
    where
        answers.reply_class = 'delivery_failure' and sent.sent_at <= answers.sent_at
        and sent.direction = 'outbound' and sent.channel = 'email' and sent.email is not null

),

{# an opt-out stops all addresses of the person, a bounce stops only the address that bounced #}
answered_addresses as (

    select
        answers.raw_table,
        answers.raw_id,
        observations.email as target
    from answers
    inner join observations on answers.person_id = observations.person_id
    where answers.reply_class <> 'delivery_failure' and observations.email is not null
    union
    select
        raw_table,
        raw_id,
        email as target
    from answers
    where email is not null and (person_id is null or reply_class <> 'delivery_failure')
    union
    select
        answers.raw_table,
        answers.raw_id,
        coalesce(last_written_to.email, people.email) as target
    from answers
    inner join {{ ref("int_people") }} as people on answers.person_id = people.person_id
    left join last_written_to on answers.raw_id = last_written_to.raw_id and last_written_to.recency = 1
    where answers.reply_class = 'delivery_failure' and coalesce(last_written_to.email, people.email) is not null

),

orders as (

    select
        'suppression' as raw_table,
        suppressions.raw_id,
        subjects.company_id,
        stops.normal_value as target,
        suppressions.reason,
        suppressions.created_at,
        suppressions.expires_at
    from {{ ref("stg_suppressions") }} as suppressions
    inner join {{ ref("int_row_subjects") }} as subjects
        on suppressions.raw_id = subjects.raw_id and subjects.raw_table = 'suppression'
    left join {{ ref("person_forms") }} as stops
        on suppressions.email = stops.raw_value and stops.kind = 'stop' and stops.normal_value is not null
    where subjects.company_id is not null or suppressions.email is not null
    union
    select
        answers.raw_table,
        answers.raw_id,
        answers.company_id,
        answered_addresses.target,
        answers.reason,
        answers.sent_at as created_at,
        cast(null as timestamp) as expires_at
    from answers
    left join answered_addresses
        on answers.raw_table = answered_addresses.raw_table and answers.raw_id = answered_addresses.raw_id
    where answered_addresses.target is not null or answers.reply_class <> 'delivery_failure'

)

select
    orders.*,
    reasons.strength,
    {# with an address, only the strongest reasons stop the whole company #}
    orders.company_id is not null and (orders.target is null or reasons.stops_the_company) as stops_company,
    orders.expires_at is null or orders.expires_at > {{ as_of() }} as is_in_force
from orders
inner join {{ ref("suppression_reasons") }} as reasons on orders.reason = reasons.reason
