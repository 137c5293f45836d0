-- who holds the seats of one company
SELECT role, status, contact_id, filled_at
FROM svg_marketing.slot_tracker
WHERE company_id = '04.04.01.01.00001.001'
ORDER BY role;
