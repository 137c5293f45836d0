with

verifications as (

    select * from {{ ref("base_email_verification") }}

),

emails as (

    select * from {{ ref("person_forms") }}
    where kind = 'email'

),

statuses as (

    select * from {{ ref("email_statuses") }}

),

typed as {{ computed_once() }} (

    select
        verifications.raw_id,
        verifications.known_at as verified_at,
        emails.normal_value as email,
        statuses.colour as email_status,
        statuses.status as given_status,
        {{ to_number_or_null("verifications.confidence") }} as confidence,
        verifications.provider,
        verifications.source_url,
        verifications.email as raw_email,
        verifications.email_status as raw_status,
        verifications.confidence as raw_confidence,
        verifications.unreadable_versions,
        verifications.rejection_code,
        verifications.rejection_detail
    from verifications
    left join emails on verifications.email = emails.raw_value
    left join statuses on {{ ascii_lower("verifications.email_status") }} = statuses.status

),

gated as (

    select
        raw_id,
        verified_at,
        email,
        email_status,
        given_status,
        case when confidence between 0 and 100 then cast(confidence as numeric(5, 2)) end as confidence,
        provider,
        source_url,
        unreadable_versions,
        {{ gate([
            ("email_status is null", "VALUE_NOT_IN_LIST", "email_status", "raw_status"),
            ("email is null", "REQUIRED_VALUE_UNREADABLE", "email", "raw_email"),
        ]) }},
        {{ unreadable_values([
            ("confidence", "raw_confidence", "case when confidence between 0 and 100 then 1 end"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
