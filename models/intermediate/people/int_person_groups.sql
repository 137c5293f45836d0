select
    observations.observation_key,
    grouped.group_key,
    observations.observed_at,
    observations.intake_id,
    observations.mention,
    observations.handed_in_id,
    observations.name_key,
    coalesce(observations.identifying_email, observations.linkedin_url) is not null as has_own_key
from {{ ref("int_person_observations") }} as observations
inner join {{ ref("grouped_people") }} as grouped
    on observations.observation_key = grouped.key and grouped.kind = 'observation'
