{{ current_entities(ref("int_company_groups"), ref("company_id_registry")) }}

select
    observation_numbers.observation_key as intake_id,
    observation_numbers.entity_number as company_number,
    registered_ids.barton_id as company_id,
    observation_numbers.handed_in_id
from observation_numbers
inner join registered_ids on observation_numbers.entity_number = registered_ids.entity_number
