{# a person seen with a title at a company; role is null where the title claims none #}
select
    person_ids.person_id,
    observations.company_id,
    observations.observed_at,
    observations.title_key,
    title_roles.role,
    title_roles.rank
from {{ ref("int_person_observations") }} as observations
inner join {{ ref("int_person_ids") }} as person_ids on observations.observation_key = person_ids.observation_key
inner join {{ ref("int_title_roles") }} as title_roles on observations.title_key = title_roles.title_key
