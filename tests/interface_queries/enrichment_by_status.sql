SELECT agent_name, status, COUNT(*) AS jobs
FROM marketing.contact_enrichment
GROUP BY agent_name, status;
