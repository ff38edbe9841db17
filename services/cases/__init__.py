"""Cases: stations and their workers, and casework from intake to what became of it.

Owns       stations, workers, trainings, hand-overs, cases with what is written in them and attached to them, approvals,
           transfers, wished orders, follow-ups
Announces  cases.station_changed.v1  cases.worker_joined.v1  cases.worker_changed.v1  cases.worker_left.v1
           cases.case_opened.v1  cases.case_joined.v1  cases.case_assigned.v1  cases.case_reopened.v1
           cases.case_unowned.v1  cases.contact_made.v1  cases.service_recorded.v1  cases.stage_changed.v1
           cases.case_transferred.v1  cases.case_closed.v1  cases.part_ended.v1
           cases.audit_sealed.v1
Listens    needs.reference_changed.v1  needs.need_registered.v1  needs.need_triaged.v1  needs.need_reopened.v1
           needs.need_changed.v1  needs.need_waiting.v1  needs.need_resolved.v1  needs.need_closed.v1
           needs.need_withdrawn.v1  needs.need_referred_out.v1  needs.need_joined.v1
           needs.residents_merged.v1  needs.residents_split.v1
           matching.order_requested.v1  matching.order_accepted.v1  matching.order_rejected.v1
           matching.order_started.v1  matching.order_held.v1  matching.order_resumed.v1
           matching.order_completed.v1  matching.order_failed.v1  matching.order_cancelled.v1
           identity.account_changed.v1
"""
