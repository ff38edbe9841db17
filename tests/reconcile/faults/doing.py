"""Faults in the databases of cases and of feedback."""

from typing import Final

from tests.reconcile.faults.fault import Fault

KNOWN, POLICY = "cases.needs_are_known", "cases.casework_by_policy_is_a_case"
PART, UNOWNED = "cases.a_part_of_a_case_is_a_need", "cases.nobody_waits_unheard"
SURVEY, HANDS = "feedback.a_resolved_episode_has_its_survey", "feedback.who_served_is_known"
SERVED, STUCK = "feedback.what_was_done_is_judged", "feedback.a_survey_goes_out_and_ends"
OF_ID, OF_NEED, OF_ORDER = "WHERE id::text = $1", "WHERE need_id::text = $1", "WHERE order_id::text = $1"
NEED = "SELECT id::text, id::text FROM need"
UNCARED = (
    "SELECT n.need_id::text, n.need_id::text FROM case_need n JOIN casework c ON c.id = n.case_id"
    " WHERE c.worker_id IS NULL AND NOT EXISTS (SELECT 1 FROM service_record s WHERE s.case_id = c.id)"
    " AND (SELECT count(*) FROM case_need o WHERE o.case_id = c.id) = 1"
)
TIMED = "SELECT t.subject, s.need_id::text FROM timer t JOIN survey s ON s.id::text = t.subject WHERE t.kind = '{}'"

CASES: Final = (
    Fault(KNOWN, NEED, (f"DELETE FROM need {OF_ID}",)),
    Fault(KNOWN, NEED, (f"UPDATE need SET station_id = gen_random_uuid() {OF_ID}",)),
    Fault(KNOWN, NEED, (f"UPDATE need SET division = '361099' {OF_ID}",)),
    Fault(KNOWN, NEED, (f"UPDATE need SET episode = episode + 1 {OF_ID}",)),
    Fault(
        POLICY, UNCARED,
        (
            ("WITH gone AS (DELETE FROM case_need WHERE need_id::text = $1 RETURNING case_id)"
            " UPDATE casework SET status = 'closed', unowned_since = NULL WHERE id IN (SELECT case_id FROM gone)"),
        ),
        also=("needs.a_needs_case_is_known",), alone=True,
    ),
    Fault(
        PART, "SELECT gen_random_uuid()::text, 'part of ' || id FROM casework",
        ("INSERT INTO case_need SELECT id, $1::uuid, 1, opened_at FROM casework LIMIT 1",), stays=True,
        also=("needs.a_needs_case_is_known",),
    ),
    Fault(
        UNOWNED,
        "SELECT t.subject, n.need_id::text FROM timer t JOIN case_need n ON n.case_id::text = t.subject"
        " WHERE t.kind = 'unowned'",
        ("DELETE FROM timer WHERE subject = $1 AND kind = 'unowned'",),
    ),
)  # fmt: skip

FEEDBACK: Final = (
    Fault(
        SURVEY, "SELECT need_id::text, need_id::text FROM survey WHERE status = 'not_asked'",
        (f"DELETE FROM survey {OF_NEED}",), alone=True,
    ),
    Fault(
        SURVEY, "SELECT need_id::text, need_id::text FROM survey WHERE status = 'waiting'",
        (f"DELETE FROM survey {OF_NEED}",), alone=True,
    ),
    Fault(
        HANDS, "SELECT need_id::text, need_id::text FROM handler WHERE kind = 'provider'",
        (f"DELETE FROM handler {OF_NEED} AND kind = 'provider'",),
    ),
    Fault(SERVED, "SELECT order_id::text, need_id::text FROM served", (f"DELETE FROM served {OF_ORDER}",)),
    Fault(
        SERVED, "SELECT order_id::text, need_id::text FROM served",
        (f"UPDATE served SET provider = 'nobody' {OF_ORDER}",),
    ),
    Fault(
        SERVED, "SELECT gen_random_uuid()::text, 'served ' || order_id FROM served",
        ("INSERT INTO served SELECT $1::uuid, need_id, provider, completed_at FROM served LIMIT 1",),
    ),
    Fault(
        STUCK, TIMED.format("survey_close"),
        ("DELETE FROM timer WHERE subject = $1 AND kind = 'survey_close'",),
    ),
    Fault(
        STUCK, TIMED.format("survey_invite"),
        ("DELETE FROM timer WHERE subject = $1 AND kind = 'survey_invite'",),
    ),
)  # fmt: skip
