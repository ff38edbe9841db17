"""Cases as first landed: stations, workers, casework; with row-level security on every one of them."""

# long: a revision is one step and is never edited after it has been taken; splitting it would split the step.

from alembic import op

from shared.kit.migrations import plumbing, security

revision = "20261125_cases"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE case_event (
    need_id uuid NOT NULL,
    fact varchar NOT NULL,
    subject uuid NOT NULL,
    at timestamptz NOT NULL,
    provider varchar,
    reason varchar,
    CONSTRAINT pk_case_event PRIMARY KEY (need_id, fact, subject, at)
);

CREATE TABLE need (
    id uuid NOT NULL,
    resident_id uuid,
    category varchar,
    division varchar NOT NULL,
    station_id uuid NOT NULL,
    episode integer NOT NULL,
    CONSTRAINT pk_need PRIMARY KEY (id)
);

CREATE TABLE station (
    id uuid NOT NULL,
    code varchar NOT NULL,
    kind varchar NOT NULL,
    division varchar NOT NULL,
    name varchar NOT NULL,
    is_active boolean NOT NULL,
    serves text[] NOT NULL,
    build varchar,
    setting varchar,
    premises double precision,
    service_zone double precision,
    office_zone double precision,
    display_zone double precision,
    has_access boolean,
    is_equipped boolean,
    agreement_until date,
    operator varchar,
    grade integer,
    speciality varchar,
    services jsonb NOT NULL,
    service_points text[] NOT NULL,
    adopted_at timestamptz NOT NULL,
    version integer DEFAULT '1' NOT NULL,
    CONSTRAINT pk_station PRIMARY KEY (id),
    CONSTRAINT uq_station_code UNIQUE (code)
);
CREATE INDEX ix_station_adopted ON station (adopted_at, id);
CREATE INDEX ix_station_division ON station (division);

CREATE TABLE worker (
    id uuid NOT NULL,
    account varchar NOT NULL,
    station_id uuid NOT NULL,
    division varchar NOT NULL,
    licence varchar NOT NULL,
    is_trained boolean DEFAULT false NOT NULL,
    skills text[] NOT NULL,
    mentor_id uuid,
    joined_at timestamptz NOT NULL,
    left_at timestamptz,
    version integer DEFAULT '1' NOT NULL,
    CONSTRAINT pk_worker PRIMARY KEY (id),
    CONSTRAINT fk_worker_station_id_station FOREIGN KEY(station_id) REFERENCES station (id),
    CONSTRAINT fk_worker_mentor_id_worker FOREIGN KEY(mentor_id) REFERENCES worker (id)
);
CREATE INDEX ix_worker_joined ON worker (joined_at, id);
CREATE INDEX ix_worker_station_id ON worker (station_id);
CREATE UNIQUE INDEX uq_worker_account ON worker (account) WHERE left_at IS NULL;

CREATE TABLE handover (
    id uuid NOT NULL,
    worker_id uuid NOT NULL,
    station_id uuid NOT NULL,
    division varchar NOT NULL,
    count integer NOT NULL,
    opened_at timestamptz NOT NULL,
    completed_at timestamptz,
    CONSTRAINT pk_handover PRIMARY KEY (id),
    CONSTRAINT fk_handover_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
);
CREATE INDEX ix_handover_opened ON handover (opened_at, id);
CREATE INDEX ix_handover_worker_id ON handover (worker_id);

CREATE TABLE training (
    id uuid NOT NULL,
    worker_id uuid NOT NULL,
    kind varchar NOT NULL,
    held_on date NOT NULL,
    hours double precision NOT NULL,
    passed boolean NOT NULL,
    recorded_by varchar NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT pk_training PRIMARY KEY (id),
    CONSTRAINT fk_training_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
);
CREATE INDEX ix_training_worker_id ON training (worker_id);

CREATE TABLE casework (
    id uuid NOT NULL,
    resident_id uuid NOT NULL,
    station_id uuid NOT NULL,
    division varchar NOT NULL,
    category varchar NOT NULL,
    worker_id uuid,
    handover_id uuid,
    status varchar NOT NULL,
    stage varchar NOT NULL,
    consents boolean,
    consent_evidence_sealed bytea,
    consent_at timestamptz,
    outcome varchar,
    score_before integer,
    score_after integer,
    opened_by varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    unowned_since timestamptz,
    closed_at timestamptz,
    version integer DEFAULT '1' NOT NULL,
    CONSTRAINT pk_casework PRIMARY KEY (id),
    CONSTRAINT fk_casework_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id),
    CONSTRAINT fk_casework_handover_id_handover FOREIGN KEY(handover_id) REFERENCES handover (id)
);
CREATE INDEX ix_casework_division ON casework (division, opened_at, id);
CREATE INDEX ix_casework_handover_id ON casework (handover_id);
CREATE INDEX ix_casework_opened ON casework (opened_at, id);
CREATE INDEX ix_casework_queue ON casework (station_id, status, opened_at, id);
CREATE INDEX ix_casework_worker_id ON casework (worker_id);
CREATE UNIQUE INDEX uq_casework_open ON casework (station_id, resident_id) WHERE status <> 'closed';

CREATE TABLE approval (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    act varchar NOT NULL,
    asked_by varchar NOT NULL,
    asked_at timestamptz NOT NULL,
    decided_by varchar,
    decided_at timestamptz,
    is_approved boolean,
    reason_sealed bytea,
    CONSTRAINT pk_approval PRIMARY KEY (id),
    CONSTRAINT fk_approval_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id)
);
CREATE INDEX ix_approval_case_id ON approval (case_id);

CREATE TABLE assessment (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    scores jsonb NOT NULL,
    overall integer NOT NULL,
    is_evaluation boolean NOT NULL,
    words_sealed bytea,
    by varchar NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_assessment PRIMARY KEY (id),
    CONSTRAINT fk_assessment_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id)
);
CREATE INDEX ix_assessment_case_id ON assessment (case_id);

CREATE TABLE case_need (
    case_id uuid NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    joined_at timestamptz NOT NULL,
    CONSTRAINT pk_case_need PRIMARY KEY (case_id, need_id, episode),
    CONSTRAINT fk_case_need_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id)
);
CREATE INDEX ix_case_need_need_id ON case_need (need_id);

CREATE TABLE goal (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    domain varchar NOT NULL,
    words_sealed bytea,
    by varchar NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_goal PRIMARY KEY (id),
    CONSTRAINT fk_goal_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id)
);
CREATE INDEX ix_goal_case_id ON goal (case_id);

CREATE TABLE note (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    words_sealed bytea,
    by varchar NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_note PRIMARY KEY (id),
    CONSTRAINT fk_note_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id)
);
CREATE INDEX ix_note_case_id ON note (case_id);

CREATE TABLE service_record (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    need_id uuid,
    worker_id uuid NOT NULL,
    kind varchar NOT NULL,
    contact varchar,
    minutes integer NOT NULL,
    person_times integer NOT NULL,
    reached boolean NOT NULL,
    words_sealed bytea,
    occurred_at timestamptz NOT NULL,
    is_late_entry boolean NOT NULL,
    by varchar NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_service_record PRIMARY KEY (id),
    CONSTRAINT fk_service_record_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id),
    CONSTRAINT fk_service_record_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
);
CREATE INDEX ix_service_record_case_id ON service_record (case_id);

CREATE TABLE transfer (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    from_station uuid NOT NULL,
    from_division varchar NOT NULL,
    to_station uuid NOT NULL,
    to_division varchar NOT NULL,
    reason_sealed bytea,
    asked_by varchar NOT NULL,
    asked_at timestamptz NOT NULL,
    answered_by varchar,
    answered_at timestamptz,
    is_accepted boolean,
    CONSTRAINT pk_transfer PRIMARY KEY (id),
    CONSTRAINT fk_transfer_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id)
);
CREATE INDEX ix_transfer_case_id ON transfer (case_id);

CREATE TABLE task (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    goal_id uuid,
    worker_id uuid,
    words_sealed bytea,
    due_on date NOT NULL,
    by varchar NOT NULL,
    at timestamptz NOT NULL,
    done_at timestamptz,
    version integer DEFAULT '1' NOT NULL,
    CONSTRAINT pk_task PRIMARY KEY (id),
    CONSTRAINT fk_task_case_id_casework FOREIGN KEY(case_id) REFERENCES casework (id),
    CONSTRAINT fk_task_goal_id_goal FOREIGN KEY(goal_id) REFERENCES goal (id),
    CONSTRAINT fk_task_worker_id_worker FOREIGN KEY(worker_id) REFERENCES worker (id)
);
CREATE INDEX ix_task_at ON task (at, id);
CREATE INDEX ix_task_case_id ON task (case_id);
CREATE INDEX ix_task_worker ON task (worker_id, due_on);
"""

MACHINES = "app_is_machine('cases.handlers', 'cases.timers')"
IN_SCOPE = f"app_sees_division(division) OR app_sees_station({{station}}) OR {MACHINES}"
# While a case is offered, the other station sees the case itself and nothing of what is written in it.
OFFERED = (
    "EXISTS (SELECT 1 FROM transfer t WHERE t.case_id = casework.id AND t.answered_at IS NULL"
    " AND (app_sees_division(t.to_division) OR app_sees_station(t.to_station)))"
)
HELD = (
    "EXISTS (SELECT 1 FROM casework c WHERE c.id = case_id AND"
    f" (app_sees_division(c.division) OR app_sees_station(c.station_id) OR {MACHINES}))"
)
ONE_SIDE = "app_sees_division({side}_division) OR app_sees_station({side}_station)"
WITHIN = ("case_need", "assessment", "goal", "task", "service_record", "note", "approval")
ONLY_GROW = ("assessment", "goal", "service_record", "note", "case_need", "case_event", "training")

# An account works at one station of the whole city: registering asks for no more than that.
LOOK_UP = """
CREATE FUNCTION account_is_at_work(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM public.worker w WHERE w.account = wanted AND w.left_at IS NULL) $$;
"""
NAME = "account_is_at_work(text)"


def upgrade() -> None:
    plumbing.create("cases")
    security.script(TABLES)
    security.protect("station", see=IN_SCOPE.format(station="id"))
    for table in ("worker", "handover"):
        security.protect(table, see=IN_SCOPE.format(station="station_id"))
    security.protect("training", see="EXISTS (SELECT 1 FROM worker w WHERE w.id = worker_id)")
    security.protect("casework", see=f"{IN_SCOPE.format(station='station_id')} OR {OFFERED}")
    for table in WITHIN:
        security.protect(table, see=HELD)
    security.protect("transfer", see=" OR ".join(ONE_SIDE.format(side=side) for side in ("from", "to")))
    security.protect("need", see=IN_SCOPE.format(station="station_id"), write=MACHINES)
    security.protect(
        "case_event",
        see=f"{MACHINES} OR EXISTS (SELECT 1 FROM case_need p WHERE p.need_id = case_event.need_id)",
        write=MACHINES,
    )
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(ONLY_GROW)} FROM cases_app")
    op.execute(
        "REVOKE DELETE, TRUNCATE ON station, worker, handover, casework, task, approval, transfer FROM cases_app"
    )
    _look_across()


def _look_across() -> None:
    """The look-up runs as a role of its own, which sees only the columns that it asks for."""
    security.script(LOOK_UP)
    op.execute("GRANT SELECT (account, left_at) ON worker TO cases_lookup")
    op.execute("CREATE POLICY worker_lookup ON worker FOR SELECT TO cases_lookup USING (true)")
    security.hand_over("cases", NAME)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {NAME}")
    for table in (
        "task",
        "transfer",
        "service_record",
        "note",
        "goal",
        "case_need",
        "assessment",
        "approval",
        "casework",
        "training",
        "handover",
        "worker",
        "station",
        "need",
        "case_event",
    ):
        op.execute(f"DROP TABLE {table} CASCADE")
    plumbing.drop()
