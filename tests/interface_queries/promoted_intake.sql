SELECT i.intake_id, i.company_name, cm.company_unique_id, i.uploaded_at, i.validated_at
FROM intake.company_raw_intake i
JOIN marketing.company_master cm ON cm.company_unique_id = i.promoted_to_unique_id
WHERE i.validation_status = 'accepted';
