-- verified people at Elkhorn Loop who are not in the spring campaign yet
SELECT DISTINCT seat.contact_id, seat.full_name
FROM company.vw_company_slots seat
WHERE seat.company_id = '04.04.02.04.30000.043'
  AND seat.email_status = 'green'
  AND NOT EXISTS (
      SELECT 1 FROM marketing.campaign_contact member
      WHERE member.contact_id = seat.contact_id AND member.campaign_id = 'cmp-01'
  );
