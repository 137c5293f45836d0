{{ current_entities(ref("int_person_groups"), ref("person_id_registry")) }}

select
    observation_numbers.observation_key,
    observation_numbers.entity_number as person_number,
    registered_ids.barton_id as person_id,
    observation_numbers.handed_in_id
from observation_numbers
inner join registered_ids on observation_numbers.entity_number = registered_ids.entity_number
