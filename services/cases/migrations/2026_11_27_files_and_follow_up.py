"""Attachments, order wishes, follow-up after the end, whose time went where, and files of people that were merged."""

from alembic import op

from shared.kit.migrations import files, security

revision = "20261127_cases"
down_revision = "20261125_cases"
branch_labels = None
depends_on = None

TABLES = f"""
CREATE TABLE attachment (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    {files.COLUMNS.strip()},
    CONSTRAINT pk_attachment PRIMARY KEY (id),
    CONSTRAINT fk_attachment_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id)
);
CREATE INDEX ix_attachment_case_id ON attachment (case_id);
CREATE INDEX ix_attachment_file ON attachment (file);

CREATE TABLE follow_up (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    worker_id uuid,
    due_on date NOT NULL,
    words_sealed bytea,
    by varchar NOT NULL,
    at timestamptz NOT NULL,
    kind varchar,
    reached boolean,
    standing varchar,
    occurred_at timestamptz,
    is_late_entry boolean,
    done_by varchar,
    done_at timestamptz,
    reopened_at timestamptz,
    dropped_at timestamptz,
    CONSTRAINT pk_follow_up PRIMARY KEY (id),
    CONSTRAINT fk_follow_up_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id),
    CONSTRAINT fk_follow_up_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
);
CREATE INDEX ix_follow_up_at ON follow_up (at, id);
CREATE INDEX ix_follow_up_case_id ON follow_up (case_id);
CREATE INDEX ix_follow_up_worker ON follow_up (worker_id, due_on);

CREATE TABLE order_wish (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    need_id uuid NOT NULL,
    goal_id uuid,
    category varchar NOT NULL,
    quantity integer NOT NULL,
    words_sealed bytea,
    by varchar NOT NULL,
    at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    CONSTRAINT pk_order_wish PRIMARY KEY (id),
    CONSTRAINT fk_order_wish_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id),
    CONSTRAINT fk_order_wish_goal_id_goal FOREIGN KEY(goal_id) REFERENCES goal (id)
);
CREATE INDEX ix_order_wish_at ON order_wish (at, id);
CREATE INDEX ix_order_wish_case_id ON order_wish (case_id);
CREATE INDEX ix_order_wish_need_id ON order_wish (need_id, category);

CREATE TABLE wish_order (
    order_id uuid NOT NULL,
    wish_id uuid NOT NULL,
    provider varchar NOT NULL,
    quantity integer NOT NULL,
    status varchar NOT NULL,
    requested_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    CONSTRAINT pk_wish_order PRIMARY KEY (order_id),
    CONSTRAINT fk_wish_order_wish_id_order_wish FOREIGN KEY(wish_id) REFERENCES order_wish (id)
);
CREATE INDEX ix_wish_order_wish_id ON wish_order (wish_id, requested_at);

CREATE TABLE service_time (
    service_id uuid NOT NULL,
    worker_id uuid NOT NULL,
    station_id uuid NOT NULL,
    division varchar NOT NULL,
    day date NOT NULL,
    is_professional boolean NOT NULL,
    minutes integer NOT NULL,
    person_times integer NOT NULL,
    CONSTRAINT pk_service_time PRIMARY KEY (service_id),
    CONSTRAINT fk_service_time_service_id_service_record FOREIGN KEY(service_id) REFERENCES service_record (id),
    CONSTRAINT fk_service_time_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
);
CREATE INDEX ix_service_time_worker ON service_time (worker_id, day);
CREATE INDEX ix_service_time_station ON service_time (station_id, day);

CREATE TABLE resident_alias (
    resident_id uuid NOT NULL,
    canonical_id uuid NOT NULL,
    CONSTRAINT pk_resident_alias PRIMARY KEY (resident_id)
);
CREATE INDEX ix_resident_alias_canonical_id ON resident_alias (canonical_id);
"""
# Where a case lay when it was served in is not known of earlier records: they count for the station it lies at.
BACKFILL = """
INSERT INTO service_time (service_id, worker_id, station_id, division, day, is_professional, minutes, person_times)
SELECT s.id, s.worker_id, c.station_id, c.division, (s.occurred_at AT TIME ZONE 'Asia/Shanghai')::date,
       s.kind <> 'administration', s.minutes, s.person_times
FROM service_record s JOIN casework c ON c.id = s.case_id
"""
# All files of one person, up to the one that counts and down again: merges rewrite nothing, undoing one removes a row.
LOOK_UP = """
CREATE FUNCTION files_of_person(wanted uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
WITH RECURSIVE up AS (
    SELECT wanted AS id
    UNION SELECT a.canonical_id FROM public.resident_alias a JOIN up ON a.resident_id = up.id
), tree AS (
    SELECT id FROM up
    UNION SELECT a.resident_id FROM public.resident_alias a JOIN tree ON a.canonical_id = tree.id
)
SELECT array_agg(id ORDER BY id) FROM tree
$$;
"""
NAME = "files_of_person(uuid)"
MACHINES = "app_is_machine('cases.handlers', 'cases.timers')"
HELD = (
    "EXISTS (SELECT 1 FROM casework c WHERE c.id = case_id AND"
    f" (app_sees_division(c.division) OR app_sees_station(c.station_id) OR {MACHINES}))"
)
IN_SCOPE = f"app_sees_division(division) OR app_sees_station(station_id) OR {MACHINES}"


def upgrade() -> None:
    security.script(TABLES)
    op.execute(BACKFILL)
    for table in ("attachment", "follow_up", "order_wish"):
        security.protect(table, see=HELD)
    security.protect("wish_order", see="EXISTS (SELECT 1 FROM order_wish w WHERE w.id = wish_id)", write=MACHINES)
    security.protect("service_time", see=IN_SCOPE)
    security.protect("resident_alias", see=MACHINES)
    files.create("cases", held_by="attachment")
    op.execute("REVOKE DELETE, TRUNCATE ON attachment, follow_up, order_wish, wish_order FROM cases_app")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON service_time FROM cases_app")
    _look_across()


def _look_across() -> None:
    """Which files are one person's is asked across stations: the answer is ids and nothing else."""
    security.script(LOOK_UP)
    op.execute("GRANT SELECT (resident_id, canonical_id) ON resident_alias TO cases_lookup")
    op.execute("CREATE POLICY resident_alias_lookup ON resident_alias FOR SELECT TO cases_lookup USING (true)")
    security.hand_over("cases", NAME)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {NAME}")
    # It asks `attachment` who holds a content, and so keeps that table from being dropped.
    op.execute("DROP POLICY stored_file_see ON stored_file")
    for table in ("attachment", "follow_up", "wish_order", "order_wish", "service_time", "resident_alias"):
        op.execute(f"DROP TABLE {table}")
    files.drop()
