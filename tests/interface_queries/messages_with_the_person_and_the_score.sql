-- why each queued message is sent, and to whom
SELECT ct.company_name, sq.slot_type, pm.full_name, pm.email, bs.band_name, sq.proof_line
FROM execution.send_queue sq
JOIN outreach.company_target ct ON ct.outreach_id = sq.outreach_id
JOIN outreach.bit_scores bs ON bs.outreach_id = sq.outreach_id
JOIN people.people_master pm ON pm.barton_id = sq.barton_id;
