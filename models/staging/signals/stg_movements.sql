with

movements as (

    select * from {{ ref("base_talent_flow_movements") }}

),

titles as (

    select * from {{ ref("stg_normal_forms") }}
    where kind = 'title'

),

typed as {{ computed_once() }} (

    select
        movements.raw_id,
        movements.known_at as detected_at,
        {{ listed_or_null("movements.movement_type", [
            "hire", "departure", "promotion", "transfer", "role_change",
        ]) }} as movement_type,
        old_titles.display_value as old_title,
        old_titles.normal_value as old_title_key,
        new_titles.display_value as new_title,
        new_titles.normal_value as new_title_key,
        {{ to_number_or_null("movements.confidence_score") }} as confidence_score,
        movements.confidence_score as raw_confidence,
        movements.movement_type as raw_movement_type,
        movements.detected_source,
        movements.unreadable_versions,
        movements.rejection_code,
        movements.rejection_detail
    from movements
    left join titles as old_titles on movements.old_title = old_titles.raw_value
    left join titles as new_titles on movements.new_title = new_titles.raw_value

),

gated as (

    select
        raw_id,
        detected_at,
        movement_type,
        old_title,
        old_title_key,
        new_title,
        new_title_key,
        {# a score of at most 1 is a share of 1 #}
        cast(
            case
                when confidence_score between 0 and 1 then confidence_score * 100
                when confidence_score between 1 and 100 then confidence_score
            end as numeric(11, 8)
        ) as confidence_score,
        detected_source,
        unreadable_versions,
        case
            when rejection_code is not null then rejection_code
            when movement_type is null then 'VALUE_NOT_IN_LIST'
        end as rejection_code,
        case
            when rejection_code is not null then rejection_detail
            when movement_type is null then concat('movement_type ''', raw_movement_type, '''')
        end as rejection_detail,
        {{ unreadable_values([
            ("confidence_score", "raw_confidence", "case when confidence_score between 0 and 100 then 1 end"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
