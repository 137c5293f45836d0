-- One view per raw table that you have data for, with the names of models/staging/sources.yml. Leave out tables and
-- columns that you do not have. Types are as they come: SlotWatch reads every value as text.
create schema if not exists crm_raw;

create or replace view crm_raw.company_raw_intake as
select
    concat('crm-', account_no) as intake_id, -- one id for one record, and never another one for it
    legal_name as company_name,
    tax_id as ein, -- a number has lost its leading zero; it is put back
    homepage as website,
    staff as employee_count,
    turnover as revenue,
    us_state as state,
    extract(month from plan_renewal) as renewal_month,
    'crm' as source,
    modified as uploaded_at -- when the row became known as it is; a row without a time is refused
from crm.accounts;

create or replace view crm_raw.people_raw_intake as
select
    concat('crm-', contacts.id) as intake_id,
    contacts.given_name as first_name,
    contacts.family_name as last_name,
    contacts.job as title,
    contacts.mail as email,
    accounts.homepage as company_website, -- where the person works: a website, or a name with its state
    accounts.legal_name as company_name,
    accounts.us_state as state,
    'crm' as source,
    contacts.modified as uploaded_at
from crm.contacts
left join crm.accounts on contacts.account_no = accounts.account_no;

create or replace view crm_raw.email_verification as
select
    md5(concat(mail, '|', checked)) as verification_id,
    mail as email,
    case outcome when 0 then 'invalid' when 1 then 'valid' else 'risky' end as email_status,
    'crm' as provider,
    checked as verified_at
from crm.mail_checks;
