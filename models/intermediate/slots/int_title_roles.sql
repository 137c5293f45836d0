{# what each distinct title claims: a role at a rank, or nothing #}
with

titles as (

    select
        normal_value as title_key,
        role_key
    from {{ ref("stg_normal_forms") }}
    where kind = 'title' and normal_value is not null
    group by normal_value, role_key

),

title_rules as (

    select * from {{ ref("title_rules") }}

),

{# phrases match whole words: a blank stands before and after each #}
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

{# words that only look like a role: a quality controller controls no finances #}
traps as (

    select
        padded.title_key,
        title_rules.phrase,
        row_number() over (
            partition by padded.title_key order by length(title_rules.phrase) desc, title_rules.phrase
        ) as trap_rank
    from padded
    inner join title_rules
        on title_rules.rule_type = 'trap' and padded.padded_role like concat('% ', title_rules.phrase, ' %')

),

without_traps as (

    select
        padded.title_key,
        padded.role_key,
        case
            when traps.phrase is null then padded.padded_role
            else replace(padded.padded_role, concat(' ', traps.phrase, ' '), ' ')
        end as padded_role
    from padded
    left join traps on padded.title_key = traps.title_key and traps.trap_rank = 1
    left join excluded on padded.title_key = excluded.title_key
    where excluded.title_key is null

),

{# combined titles go by acronym, in its order; then the best rank counts #}
readings as (

    select
        without_traps.title_key,
        title_rules.role,
        title_rules.rank,
        row_number() over (
            partition by without_traps.title_key
            order by
                case title_rules.rule_type when 'acronym' then 0 else 1 end,
                case title_rules.rule_type when 'acronym' then title_rules.precedence end nulls last,
                title_rules.rank,
                case title_rules.role when 'CFO' then 1 when 'HR' then 2 else 3 end
        ) as reading_rank
    from without_traps
    inner join title_rules
        on
            title_rules.rule_type in ('acronym', 'rank')
            and without_traps.padded_role like concat('% ', title_rules.phrase, ' %')

)

select
    titles.title_key,
    readings.role,
    readings.rank,
    {# leadership that the movement rules speak of: a role at rank 1 or 2 #}
    coalesce(readings.rank <= 2, false) as is_executive,
    readings.role is null and concat(titles.role_key, ' ') like 'vp %' as is_other_vp
from titles
left join readings on titles.title_key = readings.title_key and readings.reading_rank = 1
