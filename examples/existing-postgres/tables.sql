-- Example of existing tables: a CRM in the schema crm, with its own names and types. Not part of the recipe.
create schema crm;

create table crm.accounts (
    account_no bigint primary key,
    legal_name text not null,
    tax_id integer,
    homepage text,
    staff integer,
    turnover numeric(14, 2),
    us_state char(2),
    plan_renewal date,
    modified timestamptz not null
);

create table crm.contacts (
    id uuid primary key,
    account_no bigint references crm.accounts (account_no),
    given_name text,
    family_name text,
    job text,
    mail text,
    modified timestamptz not null
);

create table crm.mail_checks (
    mail text not null,
    outcome smallint not null, -- 0 refused, 1 delivered, 2 not sure
    checked timestamptz not null
);

insert into crm.accounts values
(1001, 'Ridgeline Tool & Die, Inc.', 12345678, 'https://www.ridgelinetool.example', 1250, 48500000, 'CO', '2026-04-01', '2026-02-27 09:00-07'),
(1002, 'Harrow Creek Dairy', null, 'harrowcreek.example', 80, null, 'CO', null, '2026-02-27 09:00-07'),
(1003, 'Lantern Bay Clinics', null, null, 310, null, 'WA', '2026-09-01', '2026-02-27 09:00-08');

insert into crm.contacts values
('00000000-0000-4000-8000-000000000001', 1001, 'Dana', 'Okafor', 'Chief Financial Officer', 'D.Okafor@RidgelineTool.example', '2026-02-27 09:00-07'),
('00000000-0000-4000-8000-000000000002', 1001, 'Priya', 'Nair', 'VP, Human Resources', 'p.nair@ridgelinetool.example', '2026-02-27 09:00-07'),
('00000000-0000-4000-8000-000000000003', 1002, 'Tom', 'Ellery', 'Owner', 'tom@harrowcreek.example', '2026-02-27 09:00-07'),
('00000000-0000-4000-8000-000000000004', 1003, 'Ruth', 'Abel', 'HR Manager', 'r.abel@lanternbay.example', '2026-02-27 09:00-08');

insert into crm.mail_checks values
('p.nair@ridgelinetool.example', 1, '2026-02-28 08:00-07'),
('tom@harrowcreek.example', 0, '2026-02-28 08:00-07');
