{# the claim of each distinct title: a role at a rank, or none #}
with

titles as (

    select
        normal_value as title_key,
        role_key
    from {{ ref("text_forms") }}
    where kind = 'title' and normal_value is not null
    group by normal_value, role_key

),

title_rules as (

    select * from {{ ref("title_rules") }}

),

roles as (

    select * from {{ ref("roles") }}

),

{# phrases match whole words, so a blank is added before and after each #}
padded as (

    select
        title_key,
        role_key,
        concat(' ', title_key, ' ') as padded_title,
        concat(' ', role_key, ' ') as padded_role
    from titles

),

excluded as (

    select distinct padded.title_key
    from padded
    inner join title_rules
        on title_rules.rule_type = 'exclusion' and padded.padded_title like concat('% ', title_rules.phrase, ' %')

),

claiming as (

    select
        padded.title_key,
        padded.padded_role
    from padded
    left join excluded on padded.title_key = excluded.title_key
    where excluded.title_key is null

),

{# in a combined title the acronym with the best precedence decides; without an acronym the best rank decides #}
readings as (

    select
        claiming.title_key,
        title_rules.role,
        title_rules.rank,
        row_number() over (
            partition by claiming.title_key
            order by
                case title_rules.rule_type when 'acronym' then 0 else 1 end,
                case title_rules.rule_type when 'acronym' then title_rules.precedence end nulls last,
                title_rules.rank,
                roles.precedence nulls last
        ) as reading_rank
    from claiming
    inner join title_rules
        on
            title_rules.rule_type in ('acronym', 'rank')
            and claiming.padded_role like concat('% ', title_rules.phrase, ' %')
    left join roles on title_rules.role = roles.role

)

select
    titles.title_key,
    readings.role,
    readings.rank,
    coalesce(readings.rank <= {{ var("executive_rank_up_to") }}, false) as is_executive,
    readings.role is null and concat(titles.role_key, ' ') like 'vp %' as is_other_vp
from titles
left join readings on titles.title_key = readings.title_key and readings.reading_rank = 1
