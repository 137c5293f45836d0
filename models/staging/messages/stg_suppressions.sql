with

suppressions as (

    select * from {{ ref("base_suppression") }}

),

emails as (

    select * from {{ ref("person_forms") }}
    where kind = 'email'

),

typed as {{ computed_once() }} (

    select
        suppressions.*,
        emails.normal_value as email_form,
        {{ listed_or_null("suppressions.reason", [
            "unsubscribed", "hard_bounce", "complained", "never_contact", "legal_hold", "customer_requested",
            "cooldown",
        ]) }} as known_reason,
        {{ to_timestamp_or_null("suppressions.expires_at") }} as expiry
    from suppressions
    left join emails on suppressions.email = emails.raw_value

),

gated as (

    select
        raw_id,
        known_at as created_at,
        email_form as email,
        known_reason as reason,
        expiry as expires_at,
        coalesce(company_unique_id, company_website, ein, company_name) is not null as names_a_company,
        unreadable_versions,
        {{ gate([("known_reason is null", "VALUE_NOT_IN_LIST", "reason", "reason")]) }},
        {{ unreadable_values([("email", "email", "email_form"), ("expires_at", "expires_at", "expiry")]) }}
            as unreadable_values
    from typed

)

select * from gated
