with

movements as (

    {{ known_rows("talent_flow_movements") }}

),

typed as {{ computed_once() }} (

    select
        *,
        {{ listed_or_null("movement_type", ["hire", "departure", "promotion", "transfer", "role_change"]) }}
            as known_movement_type,
        {{ to_number_or_null("confidence_score") }} as confidence_number
    from movements

),

gated as (

    select
        raw_id,
        known_at as detected_at,
        known_movement_type as movement_type,
        {# a score of at most 1 is a fraction #}
        cast(
            case
                when confidence_number between 0 and 1 then confidence_number * 100
                when confidence_number between 1 and 100 then confidence_number
            end as numeric(11, 8)
        ) as confidence_score,
        detected_source,
        {{ columns_read_later("talent_flow_movements") }},
        unreadable_versions,
        {{ gate([("known_movement_type is null", "VALUE_NOT_IN_LIST", "movement_type", "movement_type")]) }},
        {{ unreadable_values([
            ("confidence_score", "confidence_score", "case when confidence_number between 0 and 100 then 1 end"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
