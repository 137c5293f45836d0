SELECT q.resolution_id, q.conflict_type, p.full_name AS primary_name, d.full_name AS duplicate_name, q.created_at
FROM marketing.people_resolution_queue q
JOIN marketing.people_master p ON p.unique_id = q.person_unique_id_primary
JOIN marketing.people_master d ON d.unique_id = q.person_unique_id_duplicate
WHERE q.resolution_status = 'pending';
