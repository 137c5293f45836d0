SELECT url, contact_id, last_checked_at
FROM people.next_profile_urls_30d
ORDER BY last_checked_at NULLS FIRST, contact_id;
