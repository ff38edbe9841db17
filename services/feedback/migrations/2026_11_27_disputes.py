"""What the county decided, who was merged, and what departments see of their own: episodes in which they served."""

from alembic import op

from shared.kit.migrations import security

revision = "20261127_feedback"
down_revision = "20261125_feedback"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE survey
    ADD COLUMN followed_at timestamptz,
    ADD COLUMN decision varchar,
    ADD COLUMN decided_at timestamptz;
CREATE INDEX ix_survey_dispute ON survey (resolved_at, id) WHERE is_dispute;

CREATE TABLE resident_alias (
    resident_id uuid NOT NULL,
    canonical_id uuid NOT NULL,
    CONSTRAINT pk_resident_alias PRIMARY KEY (resident_id)
);
CREATE INDEX ix_resident_alias_canonical_id ON resident_alias (canonical_id);
"""

# A policy of survey cannot ask served, whose own policy asks survey: so a function of the look-up role does.
# And whose file counts is found wherever it was merged to: who sees a survey need not see the files between.
LOOK_UP = """
CREATE FUNCTION has_served(provider_ text, need_ uuid, after_ timestamptz, until_ timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (
    SELECT 1 FROM public.served s WHERE s.need_id = need_ AND s.provider = provider_
    AND s.completed_at <= until_ AND (after_ IS NULL OR s.completed_at > after_)
) $$;

CREATE FUNCTION file_that_counts(wanted uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE chain(id, step) AS (
        SELECT wanted, 0
        UNION ALL SELECT a.canonical_id, c.step + 1 FROM chain c JOIN public.resident_alias a ON a.resident_id = c.id
        WHERE c.step < 16
    )
    SELECT c.id FROM chain c ORDER BY c.step DESC LIMIT 1
$$;
"""
NAMES = ("has_served(text, uuid, timestamptz, timestamptz)", "file_that_counts(uuid)")

MACHINES = "app_is_machine('feedback.handlers', 'feedback.timers')"
BY_LINK = "app_is_machine('feedback.surveys')"
SEES_SURVEY = f"app_sees_division(division) OR {MACHINES} OR app_sees_station(station_id) OR {BY_LINK}"
ITS_OWN = (
    "(app_setting('provider') IS NOT NULL AND has_served(app_setting('provider'), need_id, began_after, resolved_at))"
)
OF_SURVEY = "EXISTS (SELECT 1 FROM survey s WHERE s.need_id = {table}.need_id)"
OF_COMPLAINT = "EXISTS (SELECT 1 FROM complaint c WHERE c.need_id = handler.need_id)"
SEES_HANDLER = f"{MACHINES} OR {OF_SURVEY.format(table='handler')} OR {OF_COMPLAINT}"
SEES_SERVED = f"{MACHINES} OR {OF_SURVEY.format(table='served')}"
# Who else served stays hidden from a department, and so does who of a station had it in hand.
SEES_SERVED_NOW = (
    f"{MACHINES} OR provider = app_setting('provider') OR EXISTS (SELECT 1 FROM survey s WHERE s.need_id ="
    " served.need_id AND (app_sees_division(s.division) OR app_sees_station(s.station_id)))"
)


def upgrade() -> None:
    security.script(TABLES)
    security.protect(
        "resident_alias",
        see=f"{MACHINES} OR EXISTS (SELECT 1 FROM survey s WHERE s.resident_id = resident_alias.resident_id)",
        write=MACHINES,
    )
    security.script(LOOK_UP)
    op.execute("GRANT SELECT (need_id, provider, completed_at) ON served TO feedback_lookup")
    op.execute("CREATE POLICY served_lookup ON served FOR SELECT TO feedback_lookup USING (true)")
    op.execute("GRANT SELECT (resident_id, canonical_id) ON resident_alias TO feedback_lookup")
    op.execute("CREATE POLICY resident_alias_lookup ON resident_alias FOR SELECT TO feedback_lookup USING (true)")
    security.hand_over("feedback", *NAMES)
    op.execute(f"ALTER POLICY survey_see ON survey USING ({SEES_SURVEY} OR {ITS_OWN})")
    op.execute(f"ALTER POLICY served_see ON served USING ({SEES_SERVED_NOW})")
    op.execute(
        f"ALTER POLICY handler_see ON handler USING ({MACHINES} OR (app_setting('provider') IS NULL AND"
        f" ({SEES_HANDLER})))"
    )


def downgrade() -> None:
    op.execute(f"ALTER POLICY handler_see ON handler USING ({SEES_HANDLER})")
    op.execute(f"ALTER POLICY served_see ON served USING ({SEES_SERVED})")
    op.execute(f"ALTER POLICY survey_see ON survey USING ({SEES_SURVEY})")
    op.execute("DROP POLICY served_lookup ON served")
    for name in NAMES:
        op.execute(f"DROP FUNCTION {name}")
    op.execute("REVOKE SELECT (need_id, provider, completed_at) ON served FROM feedback_lookup")
    op.execute("DROP TABLE resident_alias")
    op.execute("DROP INDEX ix_survey_dispute")
    op.execute("ALTER TABLE survey DROP COLUMN followed_at, DROP COLUMN decision, DROP COLUMN decided_at")
