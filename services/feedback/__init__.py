"""Feedback: whoever was served says how it went, and those who served can neither answer nor see who said what.

Owns       surveys and their words, call-backs, samples, complaints, suggestions, who handled what and what
           accounts are, which files were merged
Announces  feedback.survey_invited.v1  feedback.survey_answered.v1  feedback.survey_closed.v1
           feedback.survey_voided.v1  feedback.complaint_lodged.v1  feedback.complaint_overdue.v1
           feedback.complaint_settled.v1
           feedback.suggestion_made.v1  feedback.suggestion_adopted.v1
           feedback.audit_sealed.v1
Listens    needs.need_changed.v1  needs.need_triaged.v1  needs.need_contacted.v1  needs.need_started.v1
           needs.need_resolved.v1
           needs.need_reopened.v1  needs.reopening_declined.v1
           needs.residents_merged.v1  needs.residents_split.v1  needs.reference_changed.v1
           matching.order_accepted.v1  matching.order_completed.v1
           cases.case_opened.v1  cases.case_joined.v1  cases.case_assigned.v1  cases.case_transferred.v1
           cases.case_reopened.v1  cases.service_recorded.v1  identity.account_changed.v1
"""
