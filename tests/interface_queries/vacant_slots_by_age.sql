-- vacant seats, the longest vacancy first, with the contact to ask
SELECT slot.vacated_at, slot.role, firm.company_name, firm.phone
FROM marketing.company_master firm
JOIN svg_marketing.slot_tracker slot ON slot.company_id = firm.company_unique_id AND slot.status = 'vacant'
ORDER BY slot.vacated_at NULLS LAST, firm.company_name, slot.role;
