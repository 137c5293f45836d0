with

intake as (

    select * from {{ ref("base_people_raw_intake") }}

),

forms as (

    select * from {{ ref("person_forms") }}

),

titles as (

    select * from {{ ref("text_forms") }}
    where kind = 'title'

),

typed as {{ computed_once() }} (

    select
        intake.*,
        person_names.normal_value as name_form,
        coalesce(mentions.people_named, 0) as people_named,
        titles.normal_value as title_key,
        titles.display_value as title_display,
        emails.normal_value as email_form,
        emails.is_role_mailbox,
        phones.normal_value as phone_form,
        linkedin_urls.normal_value as linkedin_form,
        {{ to_timestamp_or_null("intake.last_profile_checked_at") }} as profile_checked_at,
        {{ barton_id_or_null("intake.promoted_to_unique_id") }} as handed_in_id,
        {# any value but a word for no is an opt-out #}
        case
            when opt_out_words.word is not null then opt_out_words.reason
            when {{ to_timestamp_or_null("intake.opted_out") }} is not null then 'unsubscribed'
            when intake.opted_out is not null then 'customer_requested'
        end as opt_out_reason,
        opt_out_words.word is not null as is_opt_out_word
    from intake
    left join forms as person_names
        on intake.name_text = person_names.raw_value and person_names.kind = 'person_name' and person_names.mention = 1
    left join (
        select
            raw_value,
            count(*) as people_named
        from forms
        where kind = 'person_name' and normal_value is not null
        group by raw_value
    ) as mentions
        on intake.name_text = mentions.raw_value
    left join titles on intake.title = titles.raw_value
    left join forms as emails on intake.email = emails.raw_value and emails.kind = 'email'
    left join forms as phones on intake.phone = phones.raw_value and phones.kind = 'person_phone'
    left join forms as linkedin_urls
        on intake.linkedin_url = linkedin_urls.raw_value and linkedin_urls.kind = 'linkedin_person'
    left join {{ ref("opt_out_words") }} as opt_out_words
        on {{ ascii_lower("intake.opted_out") }} = opt_out_words.word

),

gated as (

    select
        raw_id,
        known_at as uploaded_at,
        first_known_at as first_uploaded_at,
        unchanged_since,
        source,
        name_text,
        title_display as title,
        title_key,
        {# if a row names several people, it is unknown to whom its contact details belong #}
        case when people_named <= 1 then email_form end as email,
        coalesce(is_role_mailbox, false) as is_role_mailbox,
        case when people_named <= 1 then phone_form end as phone,
        case when people_named <= 1 then linkedin_form end as linkedin_url,
        case when people_named <= 1 then handed_in_id end as handed_in_id,
        profile_checked_at as last_profile_checked_at,
        opt_out_reason,
        case when opt_out_reason is not null then email_form end as opt_out_email,
        email_form is null and phone_form is null and linkedin_form is null and title_key is null as is_unreachable,
        unreadable_versions,
        {{ gate([
            ("name_form is null", "PERSON_NAME_INVALID", "name", "coalesce(name_text, first_name, last_name)"),
        ]) }},
        case
            when opt_out_reason = 'customer_requested' and not is_opt_out_word
                then concat('opted_out ''', substr(opted_out, 1, 80), '''')
        end as unclear_values,
        {{ unreadable_values([
            ("email", "email", "email_form"),
            ("phone", "phone", "phone_form"),
            ("linkedin_url", "linkedin_url", "linkedin_form"),
            ("last_profile_checked_at", "last_profile_checked_at", "profile_checked_at"),
            ("promoted_to_unique_id", "promoted_to_unique_id", "handed_in_id"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
