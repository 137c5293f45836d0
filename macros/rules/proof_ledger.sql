{#-
    For each proof: when it was first and last issued, when it last ended, and whether it is current. A proof that ended
    can be issued again on the same day. If two entries have the same time, the one of type `issued` comes last.
-#}
{%- macro proof_standings(ledger) -%}
    select
        proof_id,
        min(recorded_at) as issued_at,
        max(case when entry_type = 'issued' then recorded_at end) as last_issued_at,
        max(case when entry_type = 'superseded' then recorded_at end) as last_superseded_at,
        coalesce(
            max(case when entry_type = 'issued' then recorded_at end)
            >= max(case when entry_type = 'superseded' then recorded_at end),
            true
        ) as is_current
    from {{ ledger }}
    group by proof_id
{%- endmacro -%}
