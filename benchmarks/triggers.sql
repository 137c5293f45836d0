/*
The replaced design in Postgres: triggers that fire once per slot row, and a band function that is called once per company.

A slot that becomes filled looks up the rule of its role, inserts one event with the weight of the day and sets its own flag;
a slot that becomes vacant inserts an event too. (The vacate trigger of the replaced system violated a constraint of its own
and so never ran; this one works.) It is written to be fast: the flag is set on the row in flight, by a BEFORE trigger, not
by a second update; what is looked up has an index; slots are filled by one set-based UPDATE; bands by one SELECT.
*/
create table company (company_id text primary key);

create table contact (person_id text primary key);

create table bit_rule (
    role text primary key,
    rule_name text not null,
    weight integer not null,
    is_active boolean not null
);

create table hub_weight (hub text primary key, tenths integer not null);

create table band (
    band integer primary key,
    min_magnitude integer not null,
    max_magnitude integer
);

create table band_cap (cap text primary key, max_band integer not null);

create table pressure_signal (
    signal_id text collate "C" primary key,
    company_id text not null references company,
    hub text not null,
    pressure_class text,
    magnitude integer not null,
    detected_at timestamp not null
);

create table company_slot (
    company_id text not null references company,
    role text not null check (role in ('CEO', 'CFO', 'HR')),
    status text not null default 'vacant' check (status in ('filled', 'vacant')),
    person_id text references contact,
    filled_at timestamp,
    vacated_at timestamp,
    marketing_triggered boolean not null default false,
    primary key (company_id, role),
    check ((status = 'filled') = (person_id is not null and filled_at is not null))
);

create table bit_event (
    event_id bigint generated always as identity primary key,
    company_id text not null references company,
    role text not null,
    event_type text not null check (event_type in ('FILLED', 'VACATED')),
    person_id text,
    rule_name text,
    weight integer,
    detected_at timestamp not null
);

create table company_band (
    company_id text primary key references company,
    total_magnitude integer not null,
    dol_magnitude integer not null,
    people_magnitude integer not null,
    blog_magnitude integer not null,
    raw_band integer not null,
    band integer not null,
    band_capped_by text,
    primary_pressure text
);

create function slot_changed() returns trigger language plpgsql as $$
declare
    rule bit_rule%rowtype;
begin
    if new.status = 'filled' then
        select * into rule from bit_rule where role = new.role and is_active;
        if found then
            insert into bit_event (company_id, role, event_type, person_id, rule_name, weight, detected_at)
            values (new.company_id, new.role, 'FILLED', new.person_id, rule.rule_name, rule.weight, new.filled_at);
            new.marketing_triggered := true;
        end if;
    else
        insert into bit_event (company_id, role, event_type, person_id, detected_at)
        values (new.company_id, new.role, 'VACATED', old.person_id, new.vacated_at);
        new.marketing_triggered := false;
    end if;
    return new;
end
$$;

create trigger slot_inserted before insert on company_slot
for each row when (new.status = 'filled') execute function slot_changed();

create trigger slot_updated before update of status, person_id on company_slot
for each row when (old.status <> new.status or old.person_id is distinct from new.person_id)
execute function slot_changed();

/* Section 5 of the business rules for one company: sums per hub, weights with halves up, band by total, caps. */
create function compute_band(the_company text) returns void language plpgsql as $$
declare
    dol integer;
    people integer;
    blog integer;
    total integer;
    the_raw_band integer;
    the_cap text;
    the_max_band integer;
    the_class text;
begin
    select
        coalesce(sum(magnitude) filter (where hub = 'DOL'), 0),
        coalesce(sum(magnitude) filter (where hub = 'PEOPLE'), 0),
        coalesce(sum(magnitude) filter (where hub = 'BLOG'), 0)
    into dol, people, blog
    from pressure_signal
    where company_id = the_company;

    select sum((tenths * case hub when 'DOL' then dol when 'PEOPLE' then people else blog end + 5) / 10)
    into total
    from hub_weight;

    select band into the_raw_band
    from band
    where total >= min_magnitude and (max_magnitude is null or total <= max_magnitude);

    the_cap := case
        when blog >= 10 and dol < 10 and people < 10 then 'BLOG_ALONE_CAP'
        when dol < 10 then 'NO_DOL_CAP'
    end;
    if the_cap is not null then
        select max_band into the_max_band from band_cap where cap = the_cap;
        if the_raw_band <= the_max_band then
            the_cap := null;
        end if;
    end if;

    select pressure_class into the_class
    from pressure_signal
    where company_id = the_company and pressure_class is not null
    order by
        magnitude desc, case hub when 'DOL' then 1 when 'PEOPLE' then 2 else 3 end, detected_at desc, signal_id
    limit 1;

    insert into company_band
    values (
        the_company, total, dol, people, blog, the_raw_band,
        case when the_cap is null then the_raw_band else the_max_band end, the_cap, the_class
    )
    on conflict (company_id) do update set
        total_magnitude = excluded.total_magnitude,
        dol_magnitude = excluded.dol_magnitude,
        people_magnitude = excluded.people_magnitude,
        blog_magnitude = excluded.blog_magnitude,
        raw_band = excluded.raw_band,
        band = excluded.band,
        band_capped_by = excluded.band_capped_by,
        primary_pressure = excluded.primary_pressure;
end
$$;
