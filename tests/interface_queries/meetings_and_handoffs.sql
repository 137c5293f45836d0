SELECT c.company_name, b.created_at AS booked_at, b.event_time, h.notes
FROM marketing.booking_event b
JOIN company.company c ON c.company_id = b.company_id
LEFT JOIN marketing.ac_handoff h ON h.company_id = b.company_id;
