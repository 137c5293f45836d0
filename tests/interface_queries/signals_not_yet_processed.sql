SELECT signal_id, company_id, reason, payload, created_at
FROM bit.signal
WHERE processed_at IS NULL
ORDER BY created_at;
