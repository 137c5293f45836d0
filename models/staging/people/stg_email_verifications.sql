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
        {# an unknown result of a check does not count as good #}
        case when verifications.email_status is not null then coalesce(statuses.colour, 'gray') end as email_status,
        {{ ascii_lower("verifications.email_status") }} as given_status,
        statuses.colour as known_colour,
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
    {# case does not count, and any signs between words become one `_` #}
    left join statuses
        on
            trim(replace(replace(replace(
                translate({{ ascii_lower("verifications.email_status") }}, ' -–—/.,:;&+()', '_____________'), '_', '()'
            ), ')(', ''), '()', '_'), '_') = statuses.status

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
        {{ gate([("email is null", "REQUIRED_VALUE_UNREADABLE", "email", "raw_email")]) }},
        {{ unreadable_values([
            ("email_status", "raw_status", "known_colour"),
            ("confidence", "raw_confidence", "case when confidence between 0 and 100 then 1 end"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
