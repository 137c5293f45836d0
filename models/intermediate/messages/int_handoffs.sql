{{ resolved_contacts("ac_handoff", ref("stg_handoffs"), ["notes", "created_at"]) }}

select * from resolved
