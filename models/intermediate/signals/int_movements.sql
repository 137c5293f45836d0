with

movements as (

    select * from {{ ref("stg_movements") }}

),

company_references as (

    select * from {{ ref("int_company_references") }}
    where raw_table = 'talent_flow_movements'

),

person_references as (

    select * from {{ ref("int_person_references") }}
    where raw_table = 'talent_flow_movements'

),

titles as (

    select * from {{ ref("text_forms") }}
    where kind = 'title'

),

person_names as (

    select * from {{ ref("person_forms") }}
    where kind = 'person_name' and mention = 1

),

title_roles as (

    select * from {{ ref("int_title_roles") }}

),

resolved as (

    select
        movements.raw_id,
        movements.movement_type,
        movements.detected_at,
        movements.confidence_score,
        person_references.person_id,
        movements.full_name,
        old_companies.company_id as old_company_id,
        new_companies.company_id as new_company_id,
        {# a departure concerns the old company, a hire the new one, other movements the new one or else the old one #}
        case movements.movement_type
            when 'departure' then old_companies.company_id
            when 'hire' then new_companies.company_id
            else coalesce(new_companies.company_id, old_companies.company_id)
        end as company_id,
        case
            when movements.movement_type = 'departure' then old_companies.rejection_code
            when movements.movement_type = 'hire' then new_companies.rejection_code
            when new_companies.rejection_code = 'COMPANY_AMBIGUOUS' then 'COMPANY_AMBIGUOUS'
            else old_companies.rejection_code
        end as company_rejection_code,
        case movements.movement_type when 'departure' then movements.old_title else movements.new_title end as title,
        movements.rejection_code
    from movements
    inner join company_references as old_companies
        on movements.raw_id = old_companies.raw_id and old_companies.side = 'old'
    inner join company_references as new_companies
        on movements.raw_id = new_companies.raw_id and new_companies.side = 'new'
    inner join person_references on movements.raw_id = person_references.raw_id

)

select
    resolved.raw_id,
    resolved.movement_type,
    resolved.detected_at,
    resolved.confidence_score,
    resolved.person_id,
    resolved.old_company_id,
    resolved.new_company_id,
    resolved.company_id,
    person_names.display_value as full_name,
    titles.display_value as title,
    case when own_name.title_key is null then title_roles.role else own_name.role end as role,
    coalesce(
        case when own_name.title_key is null then title_roles.rank else own_name.rank end
        <= {{ var("executive_rank_up_to") }},
        false
    ) as is_executive,
    coalesce(title_roles.is_other_vp and own_name.role is null, false) as is_other_vp,
    coalesce(
        resolved.rejection_code,
        case when resolved.company_id is null then coalesce(resolved.company_rejection_code, 'COMPANY_NOT_FOUND') end
    ) as rejection_code
from resolved
left join person_names on resolved.full_name = person_names.raw_value
left join titles on resolved.title = titles.raw_value
left join title_roles on titles.normal_value = title_roles.title_key and title_roles.company_id is null
left join title_roles as own_name
    on titles.normal_value = own_name.title_key and resolved.company_id = own_name.company_id
