/*
The floor: one DuckDB script without dbt that computes slots, fill events, pressure signals, bands and proof lines from
the same raw files and the same seeds, as fast as it can be made. It tells what the work itself costs.

Variables: `raw` (folder of Parquet files), `seeds` (folder of CSV files), `as_of` (timestamp, UTC). What is kept are the
tables companies, slots, fill_events, pressure_signals, company_bands and proof_lines; everything else is temporary.

Left out, so that this is a floor and no second SlotWatch:
- normal forms of contact details (public suffixes, nicknames, phones, states, spellings of insurers): here a few patterns;
- identity: a company is its website, else its EIN, a person its LinkedIn page, else the address, else the name at a company;
  no closures, aliases, numbers, look-alikes;
- history: as on a first build, so the four signals that need one (new leader, vacancy, authority gap, churn) cannot arise;
- errors and refusals, points of all other rules, messages, queues, operations, interfaces, contracts, tests;
- the tie-breaks by email status and by hashed signal id, and a proof's ids and JSON twin.
*/

-- the text forms that the script needs, as expressions
create or replace temp macro number_of(text) as
    try_cast(replace(replace(text, ',', ''), '$', '') as decimal(18, 2));
create or replace temp macro site_of(website) as
    nullif(regexp_replace(lower(website), '^(https?://)?(www[.])?([^/?]*).*$', '\3'), '');
create or replace temp macro name_key(full_name) as
    regexp_replace(lower(split_part(full_name, ',', 1)), '^(\S+).* (\S+)$', '\1 \2');
create or replace temp macro house_key(name) as
    regexp_replace(
        regexp_replace(lower(name), '[^a-z0-9]+', ' ', 'g'),
        ' ((insurance|ins|company|co|corp|inc|llc|of america)( |$))+', ' '
    );
create or replace temp macro person_of(linkedin_url, email, full_name, site) as
    coalesce(linkedin_url, case when contains(email, '@') then lower(email) end, concat(name_key(full_name), '|', site));

-- seeds
create temp table roles as
select role, slot_offset from read_csv(getvariable('seeds') || '/roles.csv');
create temp table signal_types as
select * from read_csv(getvariable('seeds') || '/pressure_signal_types.csv');
create temp table phrases as
select * from read_csv(getvariable('seeds') || '/evidence_phrases.csv');
create temp table renewal_steps as
select * from read_csv(getvariable('seeds') || '/renewal_magnitudes.csv');
create temp table title_rules as
select * from read_csv(getvariable('seeds') || '/title_rules.csv');

-- companies: the latest row that has a value wins
create table companies as
with
intake as (
    select distinct
        intake_id,
        site_of(website) as site,
        regexp_replace(ein, '[^0-9]', '', 'g') as ein,
        company_name,
        state,
        try_cast(renewal_month as integer) as month,
        try_cast(renewal_notice_window_days as integer) as notice_days,
        uploaded_at
    from read_parquet(getvariable('raw') || '/company_raw_intake.parquet')
    where uploaded_at <= getvariable('as_of')
)
select
    row_number() over () as company,
    site,
    max(ein) as ein,
    lower(arg_min(company_name, uploaded_at)) as name,
    arg_max(month, uploaded_at) filter (where month between 1 and 12) as month,
    coalesce(arg_max(notice_days, uploaded_at) filter (where notice_days is not null), 120) as notice_days
from intake
group by site, case when site is null then ein end;

-- titles: each distinct one once, by the rules of the business
create temp table titles as
with
spelled as (
    select distinct title from read_parquet(getvariable('raw') || '/people_raw_intake.parquet')
    union
    select distinct old_title from read_parquet(getvariable('raw') || '/talent_flow_movements.parquet')
    union
    select distinct new_title from read_parquet(getvariable('raw') || '/talent_flow_movements.parquet')
),
keys as (
    select
        title,
        concat(' ', regexp_replace(
            regexp_replace(
                trim(regexp_replace(replace(lower(title), '&', ' and '), '[^a-z0-9]+', ' ', 'g')), '\bv p\b', 'vp', 'g'
            ),
            '\bvice presidents?\b', 'vp', 'g'
        ), ' ') as title_key
    from spelled
    where title is not null
),
synonyms as (
    select list({phrase: phrase, replacement: coalesce(replacement, '')} order by step, length(phrase) desc) as pairs
    from read_csv(getvariable('seeds') || '/title_synonyms.csv')
),
role_keys as (
    select
        title,
        title_key,
        list_reduce(
            pairs,
            lambda text, pair: regexp_replace(
                replace(text, concat(' ', pair.phrase, ' '), concat(' ', pair.replacement, ' ')), ' +', ' ', 'g'
            ),
            title_key
        ) as role_key
    from keys, synonyms
),
readings as (
    select
        role_keys.title,
        title_rules.role,
        title_rules.rank,
        row_number() over (
            partition by role_keys.title
            order by
                title_rules.rule_type,
                case title_rules.rule_type when 'acronym' then title_rules.precedence end,
                title_rules.rank,
                title_rules.precedence
        ) as reading
    from role_keys
    inner join title_rules
        on title_rules.rule_type <> 'exclusion' and contains(role_keys.role_key, concat(' ', title_rules.phrase, ' '))
    where not exists (
        select 1 from title_rules as exclusions
        where exclusions.rule_type = 'exclusion' and contains(role_keys.title_key, concat(' ', exclusions.phrase, ' '))
    )
)
select role_keys.title, readings.role, readings.rank
from role_keys
left join readings on role_keys.title = readings.title and readings.reading = 1;

-- who was seen where: a title that claims a role or none, or an explicit assignment of rank 0
create temp table observations as
select
    person_of(people.linkedin_url, people.email, people.full_name, people.company_website) as person,
    any_value(people.full_name) as full_name,
    companies.company,
    people.uploaded_at as observed_at,
    titles.role,
    titles.rank
from read_parquet(getvariable('raw') || '/people_raw_intake.parquet') as people
inner join companies on site_of(people.company_website) = companies.site
inner join titles on people.title = titles.title
where people.uploaded_at <= getvariable('as_of')
group by person, companies.company, people.uploaded_at, titles.role, titles.rank;

create temp table assignments as
select distinct
    person_of(told.linkedin_url, told.email, told.full_name, told.company_website) as person,
    told.full_name,
    companies.company,
    told.role,
    told.status,
    told.effective_at
from read_parquet(getvariable('raw') || '/slot_assignments.parquet') as told
inner join companies on site_of(told.company_website) = companies.site
where told.recorded_at <= getvariable('as_of') and told.effective_at <= getvariable('as_of');

create temp table movements as
select distinct on (moved.movement_id)
    moved.movement_type,
    person_of(
        moved.linkedin_url, moved.email, moved.full_name,
        coalesce(moved.old_company_website, moved.new_company_website)
    ) as person,
    companies.company,
    moved.detected_at,
    try_cast(moved.confidence_score as integer) as confidence,
    coalesce(moved.old_title, moved.new_title) as title,
    coalesce(titles.rank <= 2, false) as is_executive
from read_parquet(getvariable('raw') || '/talent_flow_movements.parquet') as moved
inner join companies
    on site_of(case moved.movement_type when 'departure' then moved.old_company_website else moved.new_company_website end)
        = companies.site
left join titles on coalesce(moved.old_title, moved.new_title) = titles.title
where moved.detected_at <= getvariable('as_of');

-- slots: the claims in force, and the best of them
create table slots as
with
claims as (
    select person, full_name, company, role, rank, observed_at, 'title' as source from observations where role is not null
    union all
    select person, full_name, company, role, 0, effective_at, 'assignment' from assignments where status = 'filled'
),
endings as (
    select claims.person, claims.company, claims.role, observations.observed_at as ended_at
    from claims
    inner join observations
        on
            claims.person = observations.person and claims.company = observations.company
            and claims.role is distinct from observations.role
    union all
    select movements.person, movements.company, roles.role, movements.detected_at
    from movements, roles
    where movements.movement_type = 'departure' and movements.confidence >= 70
    union all
    select assignments.person, assignments.company, assignments.role, assignments.effective_at
    from assignments
    where assignments.status = 'vacant'
    union all
    select claims.person, claims.company, claims.role, assignments.effective_at
    from claims
    inner join assignments
        on
            claims.company = assignments.company and claims.role = assignments.role
            and assignments.status = 'filled' and claims.person <> assignments.person
),
last_endings as (
    select person, company, role, max(ended_at) as ended_at from endings group by person, company, role
),
standing as (
    select
        claims.person,
        any_value(claims.full_name) as full_name,
        claims.company,
        claims.role,
        claims.source,
        arg_max(claims.rank, claims.observed_at) as rank,
        min(claims.observed_at) as first_at,
        max(claims.observed_at) as last_at
    from claims
    left join last_endings
        on
            claims.person = last_endings.person and claims.company = last_endings.company
            and claims.role = last_endings.role
    where last_endings.ended_at is null or claims.observed_at >= last_endings.ended_at
    group by claims.person, claims.company, claims.role, claims.source
),
holders as (
    select distinct on (company, role) company, role, person, full_name, last_at
    from standing
    order by company, role, rank, last_at desc, first_at, person
)
select
    companies.company,
    roles.role,
    case when holders.person is null then 'vacant' else 'filled' end as status,
    holders.person,
    holders.full_name,
    case when holders.person is not null then getvariable('as_of') end as filled_at
from companies
cross join roles
left join holders on companies.company = holders.company and roles.role = holders.role;

-- one event per fill, with the weight of its rule frozen
create table fill_events as
select
    slots.company,
    slots.role,
    slots.person,
    rules.rule_name,
    rules.weight,
    rules.decay_days,
    slots.filled_at as detected_at
from slots
inner join read_csv(getvariable('seeds') || '/bit_rule_sources.csv', all_varchar = true) as sources
    on sources.source_table = 'slot_events' and slots.role = sources.source_value
inner join read_csv(getvariable('seeds') || '/bit_rules.csv') as rules on sources.rule_name = rules.rule_name
where slots.status = 'filled' and rules.is_active;

-- filings of known companies: of several for one plan and year the latest received
create temp table plan_years as
with
filings as (
    select distinct
        filings.ack_id,
        companies.company,
        concat(filings.spons_dfe_ein, '/', filings.spons_dfe_pn) as plan,
        year(filings.form_plan_year_begin_date) as plan_year,
        filings.form_plan_year_begin_date as begins_on,
        date_diff('day', filings.form_tax_prd, cast(filings.date_received as date)) - 210 as days_late,
        filings.date_received as received_at,
        cast(number_of(filings.tot_active_partcp_cnt) as bigint) as participants
    from read_parquet(getvariable('raw') || '/form_5500.parquet') as filings
    inner join companies on filings.spons_dfe_ein = companies.ein
    where filings.date_received <= getvariable('as_of')
),
counted as (
    select * from filings
    qualify row_number() over (partition by plan, plan_year order by received_at desc, ack_id desc) = 1
),
contracts as (
    select distinct on (ack_id, form_id)
        ack_id,
        house_key(ins_carrier_name) as carrier,
        try_cast(ins_policy_to_date as date) as policy_to_on,
        number_of(wlfr_tot_charges_paid_amt) as charges,
        number_of(ins_broker_comm_tot_amt) as commissions,
        number_of(ins_broker_fees_tot_amt) as fees
    from read_parquet(getvariable('raw') || '/schedule_a.parquet')
),
insurance as (
    select
        ack_id,
        list_sort(list(distinct carrier)) as carriers,
        max(policy_to_on) as policy_to_on,
        sum(charges) as premium,
        case
            when count(commissions) + count(fees) > 0 then coalesce(sum(commissions), 0) + coalesce(sum(fees), 0)
        end as broker_cost
    from contracts
    group by ack_id
),
brokers as (
    select ack_id, list_sort(list(distinct house_key(ins_broker_name))) as brokers
    from read_parquet(getvariable('raw') || '/schedule_a_brokers.parquet')
    group by ack_id
),
trusts as (
    select ack_id, max(number_of(emplr_contrib_income_amt)) as contribution
    from read_parquet(getvariable('raw') || '/schedule_h.parquet')
    group by ack_id
)
select
    counted.*,
    insurance.* exclude (ack_id),
    brokers.brokers,
    trusts.contribution,
    row_number() over (partition by counted.plan order by counted.plan_year desc) = 1 as is_latest
from counted
left join insurance on counted.ack_id = insurance.ack_id
left join brokers on counted.ack_id = brokers.ack_id
left join trusts on counted.ack_id = trusts.ack_id;

-- renewals: the month of intake, else of the policy, else of the plan year
create temp table renewals as
with
months as (
    select
        companies.company,
        companies.notice_days,
        coalesce(
            companies.month, month(max(plan_years.policy_to_on)) % 12 + 1, month(max(plan_years.begins_on))
        ) as month
    from companies
    left join plan_years on companies.company = plan_years.company
    group by companies.company, companies.notice_days, companies.month
)
select
    months.company,
    months.notice_days,
    make_date(year(getvariable('as_of')) + years.n, months.month, 1) as renewal_on,
    date_diff('day', cast(getvariable('as_of') as date), renewal_on) as days_left
from months
cross join (select unnest([-1, 0, 1, 2]) as n) as years
where months.month is not null;

create table pressure_signals as
with
year_pairs as (
    select
        later.*,
        earlier.participants as participants_before,
        earlier.premium as premium_before,
        earlier.broker_cost as broker_cost_before,
        earlier.contribution as contribution_before,
        earlier.carriers as carriers_before,
        earlier.brokers as brokers_before
    from plan_years as later
    inner join plan_years as earlier on later.plan = earlier.plan and later.plan_year = earlier.plan_year + 1
),
measures as (
    select
        company,
        received_at,
        unnest([
            {
                signal_type: 'cost_increase',
                variant: case when contribution_before > 0 and contribution is not null then 'contribution' else 'premium' end,
                value_before: cast(100 * case
                    when contribution_before > 0 and contribution is not null then contribution_before else premium_before
                end as bigint),
                value_after: cast(100 * case
                    when contribution_before > 0 and contribution is not null then contribution else premium
                end as bigint)
            },
            {
                signal_type: 'broker_cost_spike',
                variant: 'default',
                value_before: cast(100 * broker_cost_before as bigint),
                value_after: cast(100 * broker_cost as bigint)
            },
            {
                signal_type: 'plan_growth',
                variant: 'default',
                value_before: participants_before,
                value_after: participants
            }
        ], recursive := true)
    from year_pairs
),
found as (
    select
        measures.company,
        measures.signal_type,
        measures.variant,
        case
            when types.magnitude_per_point is null then types.magnitude
            else least(types.max_magnitude, (
                2 * (types.magnitude - types.magnitude_per_point * types.threshold) * measures.value_before
                + 200 * types.magnitude_per_point * (measures.value_after - measures.value_before) + measures.value_before
            ) // (2 * measures.value_before))
        end as magnitude,
        measures.received_at as detected_at,
        null as expires_at,
        (200 * (measures.value_after - measures.value_before) + measures.value_before) // (2 * measures.value_before) as n,
        null as subject
    from measures
    inner join signal_types as types on measures.signal_type = types.signal_type
    where
        measures.value_before > 0
        and (measures.value_after - measures.value_before) * 100 >= measures.value_before * types.threshold
    union all
    select company, 'carrier_change', 'default', null, received_at, null, null, null
    from year_pairs
    where carriers <> carriers_before
    union all
    select company, 'broker_change', 'default', null, received_at, null, null, null
    from year_pairs
    where brokers <> brokers_before
    union all
    select company, 'late_filing', 'default', null, received_at, null, days_late, null
    from plan_years
    where is_latest and days_late > 30
    union all
    select company, 'multi_carrier', 'default', null, received_at, null, len(carriers), null
    from plan_years
    where is_latest and len(carriers) >= 3
    union all
    select
        company,
        'renewal_proximity',
        case when days_left > 0 then 'future' when days_left = 0 then 'today' else 'past' end,
        (select min_by(magnitude, days_left_at_most) from renewal_steps where days_left <= days_left_at_most),
        renewal_on - notice_days * interval 1 day,
        renewal_on + interval 30 day,
        abs(days_left),
        null
    from renewals
    where days_left <= notice_days and days_left >= -30
    union all
    select
        company,
        'executive_movement',
        movement_type,
        null,
        detected_at,
        null,
        date_diff('day', cast(detected_at as date), cast(getvariable('as_of') as date)),
        title
    from movements
    where movement_type in ('hire', 'departure') and is_executive and confidence >= 70
    union all
    select distinct on (articles.article_id)
        coalesce(by_site.company, by_ein.company, by_name.company),
        events.signal_type,
        'default',
        null,
        articles.published_at,
        null,
        null,
        null
    from read_parquet(getvariable('raw') || '/blog_articles.parquet') as articles
    inner join read_csv(getvariable('seeds') || '/article_events.csv') as events on articles.event_type = events.event_type
    inner join signal_types as types on events.signal_type = types.signal_type
    left join companies as by_site on site_of(articles.company_website) = by_site.site
    left join companies as by_ein on articles.ein = by_ein.ein
    left join (
        select name, any_value(company) as company from companies group by name having count(*) = 1
    ) as by_name on lower(articles.company_name) = by_name.name
    where
        articles.published_at <= getvariable('as_of')
        and number_of(articles.confidence) * 100 >= types.threshold
)
select
    found.company,
    types.hub,
    found.signal_type,
    types.pressure_class,
    coalesce(found.magnitude, types.magnitude) as magnitude,
    found.detected_at,
    coalesce(found.expires_at, found.detected_at + types.valid_days * interval 1 day) as expires_at,
    replace(
        replace(
            replace(phrases.phrase, '{days}', concat(found.n, case when found.n = 1 then ' day' else ' days' end)),
            '{n}', coalesce(cast(found.n as varchar), '')
        ),
        '{subject}', coalesce(found.subject, '')
    ) as evidence_text
from found
inner join signal_types as types on found.signal_type = types.signal_type
inner join phrases on found.signal_type = phrases.signal_type and found.variant = phrases.variant
where
    found.company is not null
    and coalesce(found.expires_at, found.detected_at + types.valid_days * interval 1 day) > getvariable('as_of');

-- bands: weights, halves up, then the caps
create table company_bands as
with
magnitudes as (
    select
        companies.company,
        coalesce(sum(signals.magnitude) filter (where signals.hub = 'DOL'), 0) as dol,
        coalesce(sum(signals.magnitude) filter (where signals.hub = 'PEOPLE'), 0) as people,
        coalesce(sum(signals.magnitude) filter (where signals.hub = 'BLOG'), 0) as blog,
        arg_max(
            {pressure_class: signals.pressure_class, hub: signals.hub},
            {magnitude: signals.magnitude, hub: signals.hub = 'DOL', people: signals.hub = 'PEOPLE', since: signals.detected_at}
        ) filter (where signals.pressure_class is not null) as primary_pressure
    from companies
    left join pressure_signals as signals on companies.company = signals.company
    group by companies.company
),
totals as (
    select *, dol + (8 * people + 5) // 10 + (5 * blog + 5) // 10 as total, dol >= 10 as d, people >= 10 as p, blog >= 10 as b
    from magnitudes
),
banded as (
    select
        totals.*,
        bands.band as raw_band,
        case when b and not d and not p then 1 when not d then 2 else 5 end as max_band,
        case cast(d as integer) + cast(p as integer) + cast(b as integer) when 0 then 0 else d::int + p::int + b::int + 2 end
            as provable_band
    from totals
    inner join read_csv(getvariable('seeds') || '/bands.csv') as bands
        on totals.total >= bands.min_magnitude and totals.total <= coalesce(bands.max_magnitude, totals.total)
)
select
    company,
    least(raw_band, max_band) as band,
    raw_band,
    total as total_magnitude,
    dol as dol_magnitude,
    people as people_magnitude,
    blog as blog_magnitude,
    case when raw_band > max_band then case max_band when 1 then 'BLOG_ALONE_CAP' else 'NO_DOL_CAP' end end as band_capped_by,
    primary_pressure.pressure_class as primary_pressure,
    primary_pressure.hub as primary_hub,
    least(raw_band, max_band, provable_band) as send_band,
    d as dol_active,
    p as people_active,
    b as blog_active
from banded;

-- the proof line of each company of band 3 and up: at most two fragments of each hub that has to prove
create table proof_lines as
with
fragments as (
    select
        bands.company,
        bands.send_band,
        bands.primary_pressure,
        signals.hub,
        signals.evidence_text,
        min(signals.expires_at) as expires_at,
        row_number() over (
            partition by bands.company, signals.hub order by max(signals.magnitude) desc, max(signals.detected_at) desc
        ) as position
    from company_bands as bands
    inner join pressure_signals as signals on bands.company = signals.company
    where
        bands.band >= 3
        and case
            when bands.send_band = 3 then signals.hub = bands.primary_hub
            when signals.hub = 'DOL' then bands.dol_active
            when signals.hub = 'PEOPLE' then bands.people_active
            else bands.blog_active
        end
    group by bands.company, bands.send_band, bands.primary_pressure, signals.hub, signals.evidence_text
),
hubs as (
    select
        company,
        any_value(send_band) as send_band,
        any_value(primary_pressure) as primary_pressure,
        hub,
        string_agg(evidence_text, ', ' order by position) as evidence,
        min(expires_at) as expires_at
    from fragments
    where position <= 2
    group by company, hub
),
proofs as (
    select
        company,
        any_value(send_band) as band,
        any_value(primary_pressure) as primary_pressure,
        any_value(hub) as hub,
        any_value(evidence) as evidence,
        string_agg(
            concat(evidence, ' (', hub, ')'), ' + ' order by case hub when 'DOL' then 1 when 'PEOPLE' then 2 else 3 end
        ) as convergence,
        date_diff(
            'day', cast(getvariable('as_of') as date),
            cast(least(min(expires_at), getvariable('as_of') + interval 90 day) as date)
        ) as days
    from hubs
    group by company
)
select
    company,
    band,
    case band
        when 3 then concat(primary_pressure, ' detected via ', hub, ': ', evidence)
        when 4 then concat(primary_pressure, ' convergence: ', convergence)
        else concat(
            'PHASE TRANSITION: ', primary_pressure, ' — ', convergence, ' — Decision window: ', days,
            case when days = 1 then ' day' else ' days' end
        )
    end as proof_line
from proofs;
