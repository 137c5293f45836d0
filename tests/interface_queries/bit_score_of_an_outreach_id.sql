SELECT outreach_id, bit_score, band, band_name, calculated_at
FROM outreach.bit_scores
WHERE outreach_id = '0a11fddc-6ad9-d426-2f12-7a744317b2af';
