with

{# subject and body as words separated by single blanks #}
texts as (

    select
        message_id,
        role,
        band,
        subject,
        body,
        word_count,
        lower(concat(subject, ' ', body)) as whole,
        concat(
            ' ',
            translate(lower(concat(subject, ' ', body)), '.,;:?!()"/-' || chr(10) || chr(13), '             '),
            ' '
        ) as words
    from {{ ref("send_queue") }}

),

settings as (

    select
        max(case when setting = 'most_words' then cast(value as integer) end) as most_words,
        max(case when setting = 'longest_subject' then cast(value as integer) end) as longest_subject,
        max(case when setting = 'urgency_from_band' then cast(value as integer) end) as urgency_from_band
    from {{ ref("copy_settings") }}
    where setting <> 'default_pressure_class'

),

phrases as (

    select
        lower(phrase) as phrase,
        lower(phrase) = upper(phrase) as is_sign,
        kind,
        role
    from {{ ref("forbidden_phrases") }}
    where kind <> 'opening'

)

select
    texts.message_id,
    'length of the copy' as problem
from texts
cross join settings
where
    texts.word_count not between 1 and settings.most_words
    or length(texts.body) < texts.word_count
    or length(trim(texts.subject)) not between 1 and settings.longest_subject
    or position('!' in texts.whole) > 0
    or position('?' in texts.body) = 0
    or position('{' in texts.whole) > 0
union all
select
    texts.message_id,
    concat('says ', phrases.phrase) as problem
from texts
cross join settings
inner join phrases
    on
        (phrases.role is null or phrases.role = '' or texts.role = phrases.role)
        and (phrases.kind <> 'urgency' or texts.band < settings.urgency_from_band)
        and (
            (phrases.is_sign and position(phrases.phrase in texts.whole) > 0)
            or (
                not phrases.is_sign
                and position(concat(' ', replace(phrases.phrase, '-', ' '), ' ') in texts.words) > 0
            )
        )
