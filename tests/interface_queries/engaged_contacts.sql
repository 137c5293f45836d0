SELECT p.full_name, p.email, s.engagement_score, s.activity_breakdown
FROM bit.bit_contact_score s
JOIN marketing.people_master p ON p.unique_id = s.person_unique_id
WHERE s.engagement_score > 0
ORDER BY s.engagement_score DESC;
