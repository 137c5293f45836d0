with

{# subject and body as words between single blanks #}
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
    message_id,
    'length of the copy' as problem
from texts
where
    word_count not between 1 and 200
    or length(body) < word_count
    or length(trim(subject)) not between 1 and 60
    or position('!' in whole) > 0
    or position('?' in body) = 0
    or position('{' in whole) > 0
union all
select
    texts.message_id,
    concat('says ', phrases.phrase) as problem
from texts
inner join phrases
    on
        (phrases.role is null or phrases.role = '' or texts.role = phrases.role)
        and (phrases.kind <> 'urgency' or texts.band < 5)
        and (
            (phrases.is_sign and position(phrases.phrase in texts.whole) > 0)
            or (
                not phrases.is_sign
                and position(concat(' ', replace(phrases.phrase, '-', ' '), ' ') in texts.words) > 0
            )
        )
