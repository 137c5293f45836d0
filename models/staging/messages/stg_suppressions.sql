{# A stop order is in force even if parts of it cannot be read. #}
with

suppressions as (

    select * from {{ ref("base_suppression") }}

),

words as (

    select * from {{ ref("suppression_words") }}

),

named as (

    select distinct raw_value
    from {{ ref("person_forms") }}
    where kind = 'stop' and normal_value is not null

),

typed as {{ computed_once() }} (

    select
        suppressions.*,
        named.raw_value as readable_email,
        words.reason as known_reason,
        {{ to_timestamp_or_null("suppressions.expires_at") }} as expiry
    from suppressions
    left join named on suppressions.email = named.raw_value
    {# case does not count, and any signs between words become one `_` #}
    left join words
        on
            trim(replace(replace(replace(
                translate({{ ascii_lower("suppressions.reason") }}, ' -–—/.,:;&+()''’"', '________________'), '_', '()'
            ), ')(', ''), '()', '_'), '_') = words.word

)

select
    raw_id,
    known_at as created_at,
    readable_email as email,
    coalesce(known_reason, 'customer_requested') as reason,
    expiry as expires_at,
    coalesce(company_unique_id, company_website, ein, company_name) is not null as names_a_company,
    unreadable_versions,
    cast(null as text) as rejection_code,
    cast(null as text) as rejection_detail,
    nullif(substr(concat(
        case when suppression_id is null then '; suppression_id is missing' else '' end,
        case when known_at is null then concat('; created_at ''', created_at, ''' is no time') else '' end,
        case when reason is not null and known_reason is null then concat('; reason ''', reason, '''') else '' end,
        case when expires_at is not null and expiry is null then concat('; expires_at ''', expires_at, '''') else '' end
    ), 3), '') as unclear_values,
    {{ unreadable_values([("email", "email", "readable_email")]) }} as unreadable_values
from typed
