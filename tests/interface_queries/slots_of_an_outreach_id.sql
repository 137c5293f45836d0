SELECT s.slot_type, s.is_filled, pm.full_name, pm.title, pm.email
FROM people.company_slot s
LEFT JOIN people.people_master pm ON pm.barton_id = s.barton_id
WHERE s.outreach_id = '5f0c2a54-7d1e-4c35-9a41-0e6f2b8d1c07';
