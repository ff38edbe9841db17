"""Insights as first landed: copies of what others said, by row-level security each reader's own division."""

# long: a revision is one step and is never edited after it has been taken; splitting it would split the step.

from alembic import op

from shared.kit.migrations import plumbing, security

revision = "20261125_insights"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE complaint (
    complaint_id uuid NOT NULL,
    station_id uuid,
    provider varchar,
    division varchar NOT NULL,
    lodged_at timestamptz NOT NULL,
    settled_at timestamptz,
    outcome varchar,
    is_late boolean,
    CONSTRAINT pk_complaint PRIMARY KEY (complaint_id)
);
CREATE INDEX ix_complaint_division ON complaint (division);

CREATE TABLE cube_cell (
    month varchar NOT NULL,
    division varchar NOT NULL,
    need integer,
    response_p90 double precision,
    satisfaction double precision,
    made_at timestamptz NOT NULL,
    CONSTRAINT pk_cube_cell PRIMARY KEY (month, division)
);

CREATE TABLE need_episode (
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    resident_id uuid,
    channel varchar,
    category varchar,
    groups text[] NOT NULL,
    urgency varchar NOT NULL,
    asked_urgency varchar NOT NULL,
    division varchar NOT NULL,
    station_id uuid NOT NULL,
    status varchar NOT NULL,
    registered_at timestamptz NOT NULL,
    triaged_at timestamptz,
    contacted_at timestamptz,
    contact_known_at timestamptz,
    started_at timestamptz,
    started_by_station boolean,
    waiting_since timestamptz,
    resolved_at timestamptz,
    outcome varchar,
    left_at timestamptz,
    closed_at timestamptz,
    breached text[] NOT NULL,
    CONSTRAINT pk_need_episode PRIMARY KEY (need_id, episode)
);
CREATE INDEX ix_need_episode_division ON need_episode (division);
CREATE INDEX ix_need_episode_registered ON need_episode (registered_at, division);

CREATE TABLE package (
    package_id uuid NOT NULL,
    provider varchar NOT NULL,
    resource_id uuid NOT NULL,
    station_id uuid NOT NULL,
    quarter varchar NOT NULL,
    quota integer NOT NULL,
    CONSTRAINT pk_package PRIMARY KEY (package_id)
);
CREATE INDEX ix_package_quarter ON package (quarter);

CREATE TABLE person (
    resident_id uuid NOT NULL,
    division varchar NOT NULL,
    groups text[] NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (resident_id)
);

CREATE TABLE resource (
    resource_id uuid NOT NULL,
    provider varchar NOT NULL,
    category varchar NOT NULL,
    unit varchar NOT NULL,
    areas text[] NOT NULL,
    capacity integer,
    status varchar NOT NULL,
    CONSTRAINT pk_resource PRIMARY KEY (resource_id)
);

CREATE TABLE resource_use (
    resource_id uuid NOT NULL,
    taken integer NOT NULL,
    CONSTRAINT pk_resource_use PRIMARY KEY (resource_id)
);

CREATE TABLE service_given (
    service_id uuid NOT NULL,
    station_id uuid NOT NULL,
    division varchar NOT NULL,
    kind varchar NOT NULL,
    minutes integer NOT NULL,
    person_times integer NOT NULL,
    is_professional boolean NOT NULL,
    reached boolean NOT NULL,
    occurred_at timestamptz NOT NULL,
    CONSTRAINT pk_service_given PRIMARY KEY (service_id)
);
CREATE INDEX ix_service_given_division ON service_given (division, occurred_at);

CREATE TABLE service_order (
    order_id uuid NOT NULL,
    need_id uuid NOT NULL,
    resource_id uuid NOT NULL,
    provider varchar NOT NULL,
    station_id uuid NOT NULL,
    division varchar NOT NULL,
    category varchar NOT NULL,
    status varchar NOT NULL,
    reason varchar,
    quantity integer NOT NULL,
    used integer,
    requested_at timestamptz NOT NULL,
    accepted_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT pk_service_order PRIMARY KEY (order_id)
);
CREATE INDEX ix_service_order_division ON service_order (division, requested_at);
CREATE INDEX ix_service_order_need ON service_order (need_id, requested_at);
CREATE INDEX ix_service_order_resource_id ON service_order (resource_id);

CREATE TABLE suggestion (
    suggestion_id uuid NOT NULL,
    division varchar NOT NULL,
    made_at timestamptz NOT NULL,
    adopted_at timestamptz,
    CONSTRAINT pk_suggestion PRIMARY KEY (suggestion_id)
);
CREATE INDEX ix_suggestion_division ON suggestion (division);

CREATE TABLE survey (
    survey_id uuid NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    category varchar NOT NULL,
    division varchar NOT NULL,
    station_id uuid NOT NULL,
    invited_at timestamptz NOT NULL,
    answered_at timestamptz,
    responded boolean,
    solved varchar,
    satisfaction integer,
    CONSTRAINT pk_survey PRIMARY KEY (survey_id)
);
CREATE INDEX ix_survey_division ON survey (division, invited_at);

CREATE TABLE worker (
    worker_id uuid NOT NULL,
    station_id uuid NOT NULL,
    division varchar NOT NULL,
    licence varchar NOT NULL,
    joined_at timestamptz NOT NULL,
    left_at timestamptz,
    CONSTRAINT pk_worker PRIMARY KEY (worker_id)
);
CREATE INDEX ix_worker_division ON worker (division);

"""

MACHINES = "app_is_machine('insights.handlers', 'insights.timers')"
IN_SCOPE = f"app_sees_division(division) OR {MACHINES}"
OF_A_DIVISION = (
    "need_episode", "person", "service_order", "survey", "complaint", "suggestion", "service_given", "worker",
)  # fmt: skip
# What providers offer and hand out is published, and so is how much of it is taken.
PUBLISHED = ("resource", "resource_use", "package", "cube_cell")


def upgrade() -> None:
    plumbing.create("insights")
    security.script(TABLES)
    for table in OF_A_DIVISION:
        security.protect(table, see=IN_SCOPE, write=MACHINES)
    for table in PUBLISHED:
        security.protect(table, see="true", write=MACHINES)
    # What was published stays as it was published: two readings on two days tell no more than one.
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON cube_cell FROM insights_app")


def downgrade() -> None:
    for table in (*PUBLISHED, *OF_A_DIVISION):
        op.execute(f"DROP TABLE {table}")
    plumbing.drop()
