SELECT c.name, p.full_name, cc.created_at
FROM marketing.campaign c
JOIN marketing.campaign_contact cc ON cc.campaign_id = c.campaign_id
JOIN people.contact p ON p.contact_id = cc.contact_id
ORDER BY cc.created_at;
