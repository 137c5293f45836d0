-- the events of the CFO seat of Brightwater, and whether the present fill is counted
SELECT slot.marketing_triggered, ev.event_id, ev.rule_id, ev.weight
FROM bit.events ev
JOIN bit.rule_reference rule ON rule.rule_id = ev.rule_id AND rule.category = 'executive'
JOIN svg_marketing.slot_tracker slot ON slot.company_id = ev.company_unique_id AND slot.role = 'CFO'
WHERE ev.company_unique_id = '04.04.02.04.30000.001' AND rule.rule_name = 'cfo_slot_filled';
