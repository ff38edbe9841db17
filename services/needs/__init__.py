"""Needs: a person's words become a need, with clocks that run until somebody has helped.

Owns       residents, needs, contacts, pauses, parts in cases, consents, messages, card grants, reference rows,
           files of needs until they are written
Announces  needs.need_registered.v1  needs.need_changed.v1  needs.need_triaged.v1  needs.need_contacted.v1
           needs.need_started.v1  needs.need_waiting.v1  needs.need_resolved.v1  needs.need_withdrawn.v1
           needs.need_referred_out.v1  needs.need_joined.v1  needs.need_reopened.v1  needs.need_closed.v1
           needs.need_paused.v1  needs.need_resumed.v1  needs.reopening_declined.v1
           needs.crisis_raised.v1  needs.clock_warned.v1  needs.clock_breached.v1  needs.resident_changed.v1
           needs.consent_changed.v1  needs.reference_changed.v1
           needs.audit_sealed.v1
Listens    matching.order_requested.v1  matching.order_accepted.v1  matching.order_rejected.v1
           matching.order_started.v1  matching.order_completed.v1  matching.order_failed.v1
           matching.order_cancelled.v1  matching.match_exhausted.v1
           cases.case_opened.v1  cases.case_joined.v1  cases.case_closed.v1  cases.case_reopened.v1
           cases.part_ended.v1  cases.contact_made.v1  cases.station_changed.v1
           feedback.survey_answered.v1  feedback.survey_closed.v1
"""
