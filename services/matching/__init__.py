"""Matching: what departments and others give, who is offered it, and the order that carries it.

Owns       providers, resources, packages and the ledger, orders, files of resources until they are written;
           projections of needs, people and consents
Announces  matching.resource_published.v1  matching.resource_changed.v1  matching.package_granted.v1
           matching.order_requested.v1  matching.order_accepted.v1  matching.order_rejected.v1
           matching.order_started.v1  matching.order_completed.v1  matching.order_failed.v1
           matching.order_held.v1  matching.order_resumed.v1
           matching.order_cancelled.v1  matching.match_exhausted.v1  matching.clock_warned.v1
           matching.clock_breached.v1  matching.assurance_ending.v1
           matching.audit_sealed.v1
Listens    needs.need_registered.v1  needs.need_changed.v1  needs.need_triaged.v1  needs.need_withdrawn.v1
           needs.need_referred_out.v1  needs.need_joined.v1  needs.need_closed.v1  needs.need_reopened.v1
           cases.station_changed.v1
           needs.residents_merged.v1  needs.residents_split.v1
           needs.need_resolved.v1  needs.resident_changed.v1  needs.consent_changed.v1  needs.reference_changed.v1
"""
