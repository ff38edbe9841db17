"""Insights: what has happened, counted: response times, indicators, the three lists, packages, the heat map.

Owns       projections of everybody's facts, made anew from the first; days and months published beyond a county
Announces  insights.audit_sealed.v1
Listens    needs.need_registered.v1  needs.need_changed.v1  needs.need_triaged.v1  needs.need_contacted.v1
           needs.need_started.v1  needs.need_waiting.v1  needs.need_resolved.v1  needs.need_withdrawn.v1
           needs.need_referred_out.v1  needs.need_joined.v1  needs.need_reopened.v1  needs.need_closed.v1
           needs.need_paused.v1  needs.need_resumed.v1  needs.reopening_declined.v1  needs.residents_merged.v1
           needs.residents_split.v1  needs.clock_breached.v1  needs.resident_changed.v1  needs.reference_changed.v1
           matching.resource_published.v1  matching.resource_changed.v1  matching.package_granted.v1
           matching.order_requested.v1  matching.order_accepted.v1  matching.order_rejected.v1
           matching.order_started.v1  matching.order_held.v1  matching.order_resumed.v1  matching.order_completed.v1
           matching.order_failed.v1  matching.order_cancelled.v1
           feedback.survey_invited.v1  feedback.survey_answered.v1  feedback.survey_voided.v1
           feedback.complaint_lodged.v1  feedback.complaint_overdue.v1  feedback.complaint_settled.v1
           feedback.suggestion_made.v1  feedback.suggestion_adopted.v1
           cases.station_changed.v1  cases.worker_joined.v1  cases.worker_changed.v1  cases.worker_left.v1
           cases.case_opened.v1  cases.case_joined.v1  cases.case_closed.v1  cases.case_reopened.v1
           cases.part_ended.v1  cases.service_recorded.v1
"""
