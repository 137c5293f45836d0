SELECT person.email, person.full_name, person.contact_id
FROM people.contact person
WHERE person.email IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM people.contact_verification seen WHERE seen.contact_id = person.contact_id)
ORDER BY person.email;
