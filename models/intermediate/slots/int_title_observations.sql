{# a person seen with a title at a company; role is null where the title claims none #}
select
    identity.person_id,
    observations.company_id,
    observations.observed_at,
    observations.title_key,
    title_roles.role,
    title_roles.rank
from {{ ref("int_person_observations") }} as observations
inner join {{ ref("int_person_identity") }} as identity on observations.observation_key = identity.observation_key
inner join {{ ref("int_title_roles") }} as title_roles on observations.title_key = title_roles.title_key
