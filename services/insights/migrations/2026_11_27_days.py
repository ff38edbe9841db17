"""Pauses, stations, cases, files that were merged; rollups of the month kept row by row; a cube for each day."""

# long: a revision is one step and is never edited after it has been taken; splitting it would split the step.

from alembic import op

from shared.kit.migrations import security

revision = "20261127_insights"
down_revision = "20261125_insights"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE need_episode
    ADD COLUMN referral varchar,
    ADD COLUMN reopening_declined_at timestamptz,
    ADD COLUMN contact_due_at timestamptz,
    ADD COLUMN second_due_at timestamptz,
    ADD COLUMN start_due_at timestamptz;

CREATE TABLE need_pause (
    pause_id uuid NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    reason varchar NOT NULL,
    stops_headline boolean NOT NULL,
    paused_at timestamptz NOT NULL,
    resumed_at timestamptz,
    CONSTRAINT pk_need_pause PRIMARY KEY (pause_id)
);
CREATE INDEX ix_need_pause_need ON need_pause (need_id, episode);

CREATE TABLE resident_alias (
    resident_id uuid NOT NULL,
    canonical_id uuid NOT NULL,
    merge_id uuid NOT NULL,
    CONSTRAINT pk_resident_alias PRIMARY KEY (resident_id)
);

CREATE TABLE station (
    station_id uuid NOT NULL,
    code varchar NOT NULL,
    kind varchar NOT NULL,
    division varchar NOT NULL,
    serves text[] NOT NULL,
    is_active boolean NOT NULL,
    build varchar,
    setting varchar,
    base_services text[] NOT NULL,
    special_services text[] NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_station PRIMARY KEY (station_id)
);

CREATE TABLE case_file (
    case_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    station_id uuid NOT NULL,
    division varchar NOT NULL,
    category varchar NOT NULL,
    status varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    reopened_at timestamptz,
    closed_at timestamptz,
    outcome varchar,
    score_before integer,
    score_after integer,
    CONSTRAINT pk_case_file PRIMARY KEY (case_id)
);
CREATE INDEX ix_case_file_division ON case_file (division);

CREATE TABLE case_part (
    case_id uuid NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    joined_at timestamptz NOT NULL,
    CONSTRAINT pk_case_part PRIMARY KEY (case_id, need_id, episode)
);

ALTER TABLE service_given ADD COLUMN case_id uuid;

ALTER TABLE worker ADD COLUMN is_trained boolean;

CREATE TABLE need_month (
    month varchar NOT NULL,
    category varchar NOT NULL,
    township varchar NOT NULL,
    asked integer NOT NULL,
    open integer NOT NULL,
    CONSTRAINT pk_need_month PRIMARY KEY (month, category, township)
);

CREATE TABLE answer_month (
    month varchar NOT NULL,
    category varchar NOT NULL,
    township varchar NOT NULL,
    answered integer NOT NULL,
    satisfied integer NOT NULL,
    CONSTRAINT pk_answer_month PRIMARY KEY (month, category, township)
);

CREATE TABLE counted_episode (
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    day date NOT NULL,
    division varchar NOT NULL,
    CONSTRAINT pk_counted_episode PRIMARY KEY (need_id, episode)
);
CREATE INDEX ix_counted_episode_day ON counted_episode (day);

CREATE TABLE cube_day (
    day date NOT NULL,
    county varchar NOT NULL,
    at_least integer NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT pk_cube_day PRIMARY KEY (day, county)
);

CREATE TABLE cube_category (
    month varchar NOT NULL,
    county varchar NOT NULL,
    category varchar NOT NULL,
    need integer,
    made_at timestamptz NOT NULL,
    CONSTRAINT pk_cube_category PRIMARY KEY (month, county, category)
);
"""
# The database keeps the rollups itself, in the transaction of each row, so that no verb can forget them. What does not
# count as asked is the table of rules/indicators.py; a test compares the two after every kind of step.
ROLLUPS = """
CREATE FUNCTION count_need(each need_episode, sign integer) RETURNS void LANGUAGE sql AS $$
    INSERT INTO need_month AS kept (month, township, category, asked, open)
    SELECT to_char(each.registered_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM'), left(each.division, 9),
           coalesce(each.category, ''), sign,
           CASE WHEN each.status IN ('registered', 'triaged', 'ordered', 'waiting') THEN sign ELSE 0 END
    WHERE each.status NOT IN ('joined', 'entered_in_error', 'withdrawn', 'referred_out')
    ON CONFLICT (month, category, township) DO UPDATE
    SET asked = kept.asked + excluded.asked, open = kept.open + excluded.open
$$;

CREATE FUNCTION keep_need_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_need(OLD, -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_need(NEW, 1); END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER need_month_gains AFTER INSERT OR DELETE ON need_episode
FOR EACH ROW EXECUTE FUNCTION keep_need_month();
CREATE TRIGGER need_month_moves AFTER UPDATE ON need_episode FOR EACH ROW
WHEN ((OLD.status, OLD.category, OLD.division, OLD.registered_at)
      IS DISTINCT FROM (NEW.status, NEW.category, NEW.division, NEW.registered_at))
EXECUTE FUNCTION keep_need_month();

CREATE FUNCTION count_answer(each survey, sign integer) RETURNS void LANGUAGE sql AS $$
    INSERT INTO answer_month AS kept (month, township, category, answered, satisfied)
    SELECT to_char(each.invited_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM'), left(each.division, 9),
           each.category, sign, CASE WHEN each.satisfaction >= 4 THEN sign ELSE 0 END
    WHERE each.responded
    ON CONFLICT (month, category, township) DO UPDATE
    SET answered = kept.answered + excluded.answered, satisfied = kept.satisfied + excluded.satisfied
$$;

CREATE FUNCTION keep_answer_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_answer(OLD, -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_answer(NEW, 1); END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER answer_month_follows AFTER INSERT OR UPDATE OR DELETE ON survey
FOR EACH ROW EXECUTE FUNCTION keep_answer_month();
"""
FILL = """
INSERT INTO need_month (month, township, category, asked, open)
SELECT to_char(registered_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM'), left(division, 9), coalesce(category, ''),
       count(*), count(*) FILTER (WHERE status IN ('registered', 'triaged', 'ordered', 'waiting'))
FROM need_episode WHERE status NOT IN ('joined', 'entered_in_error', 'withdrawn', 'referred_out') GROUP BY 1, 2, 3;

INSERT INTO answer_month (month, township, category, answered, satisfied)
SELECT to_char(invited_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM'), left(division, 9), category,
       count(*), count(*) FILTER (WHERE satisfaction >= 4)
FROM survey WHERE responded GROUP BY 1, 2, 3;

DELETE FROM timer WHERE kind = 'publish_month';
"""
MACHINES = "app_is_machine('insights.handlers', 'insights.timers')"
BY_TOWNSHIP = ("need_month", "answer_month")
SEEN_WITH = {
    "need_pause": "EXISTS (SELECT 1 FROM need_episode e WHERE e.need_id = need_pause.need_id)",
    "resident_alias": "EXISTS (SELECT 1 FROM person p WHERE p.resident_id = resident_alias.resident_id)",
    "case_part": "EXISTS (SELECT 1 FROM case_file c WHERE c.case_id = case_part.case_id)",
    "case_file": "app_sees_division(division)",
    "counted_episode": "false",
}
PUBLISHED = ("station", "cube_day", "cube_category")
NEVER_ANEW = ("cube_day", "cube_category", "counted_episode")


def upgrade() -> None:
    security.script(TABLES)
    security.script(ROLLUPS)
    security.script(FILL)
    for table in BY_TOWNSHIP:
        security.protect(table, see=f"app_sees_division(township) OR {MACHINES}", write=MACHINES)
    for table, seen in SEEN_WITH.items():
        security.protect(table, see=f"{MACHINES} OR {seen}", write=MACHINES)
    for table in PUBLISHED:
        security.protect(table, see="true", write=MACHINES)
    # What was published, and of whom it counted, stays: two readings on two days tell no more than one.
    for table in NEVER_ANEW:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM insights_app")


def downgrade() -> None:
    op.execute("DROP TRIGGER answer_month_follows ON survey")
    op.execute("DROP TRIGGER need_month_moves ON need_episode")
    op.execute("DROP TRIGGER need_month_gains ON need_episode")
    op.execute("DROP FUNCTION keep_answer_month, keep_need_month, count_answer, count_need")
    for table in (*NEVER_ANEW, *BY_TOWNSHIP, "case_part", "case_file", "station", "resident_alias", "need_pause"):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE worker DROP COLUMN is_trained")
    op.execute("ALTER TABLE service_given DROP COLUMN case_id")
    op.execute(
        "ALTER TABLE need_episode DROP COLUMN referral, DROP COLUMN reopening_declined_at, DROP COLUMN contact_due_at,"
        " DROP COLUMN second_due_at, DROP COLUMN start_due_at"
    )
