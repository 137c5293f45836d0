with

verifications as (

    select * from {{ ref("base_email_verification") }}

),

emails as (

    select * from {{ ref("stg_normal_forms") }}
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
        case
            when rejection_code is not null then rejection_code
            when email_status is null then 'VALUE_NOT_IN_LIST'
            when email is null then 'REQUIRED_VALUE_UNREADABLE'
        end as rejection_code,
        case
            when rejection_code is not null then rejection_detail
            when email_status is null then concat('email_status ''', raw_status, '''')
            when email is null then concat('email ''', raw_email, '''')
        end as rejection_detail,
        {{ unreadable_values([
            ("confidence", "raw_confidence", "case when confidence between 0 and 100 then 1 end"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
