"""Feedback as first landed: surveys, call-backs, samples, complaints, suggestions; row-level security on every one."""

from alembic import op

from shared.kit.migrations import plumbing, security

revision = "20261125_feedback"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE handler (
    need_id uuid NOT NULL,
    kind varchar NOT NULL,
    holder varchar NOT NULL,
    CONSTRAINT pk_handler PRIMARY KEY (need_id, kind, holder)
);

CREATE TABLE served (
    order_id uuid NOT NULL,
    need_id uuid NOT NULL,
    provider varchar NOT NULL,
    completed_at timestamptz NOT NULL,
    CONSTRAINT pk_served PRIMARY KEY (order_id)
);
CREATE INDEX ix_served_need_id ON served (need_id);

CREATE TABLE survey (
    id uuid NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    resident_id uuid,
    category varchar NOT NULL,
    division varchar NOT NULL,
    station_id uuid NOT NULL,
    outcome varchar NOT NULL,
    status varchar NOT NULL,
    token_index bytea NOT NULL,
    token_sealed bytea,
    began_after timestamptz,
    resolved_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    invited_at timestamptz,
    answered_at timestamptz,
    channel varchar,
    responded boolean,
    solved varchar,
    satisfaction integer,
    reopens varchar,
    is_dispute boolean DEFAULT false NOT NULL,
    CONSTRAINT pk_survey PRIMARY KEY (id),
    CONSTRAINT uq_survey_token_index UNIQUE (token_index),
    CONSTRAINT uq_survey_need_id_episode UNIQUE (need_id, episode)
);
CREATE INDEX ix_survey_division ON survey (division, resolved_at);
CREATE INDEX ix_survey_resolved ON survey (resolved_at, id);
CREATE INDEX ix_survey_station ON survey (station_id, resolved_at);

CREATE TABLE survey_words (
    id uuid NOT NULL,
    division varchar NOT NULL,
    words_sealed bytea NOT NULL,
    CONSTRAINT pk_survey_words PRIMARY KEY (id),
    CONSTRAINT fk_survey_words_id_survey FOREIGN KEY(id) REFERENCES survey (id)
);

CREATE TABLE call_back (
    id uuid NOT NULL,
    survey_id uuid NOT NULL,
    division varchar NOT NULL,
    reason varchar NOT NULL,
    status varchar NOT NULL,
    attempts integer DEFAULT '0' NOT NULL,
    solved varchar,
    satisfaction integer,
    since timestamptz NOT NULL,
    called_by varchar,
    called_at timestamptz,
    CONSTRAINT pk_call_back PRIMARY KEY (id),
    CONSTRAINT fk_call_back_survey_id_survey FOREIGN KEY(survey_id) REFERENCES survey (id),
    CONSTRAINT uq_call_back_survey_id_reason UNIQUE (survey_id, reason)
);
CREATE INDEX ix_call_back_list ON call_back (status, since, id);

CREATE TABLE sample (
    month date NOT NULL,
    seed varchar,
    share double precision,
    population uuid[] NOT NULL,
    chosen uuid[] NOT NULL,
    drawn_at timestamptz,
    CONSTRAINT pk_sample PRIMARY KEY (month)
);

CREATE TABLE complaint (
    id uuid NOT NULL,
    need_id uuid,
    station_id uuid,
    provider varchar,
    account varchar,
    division varchar NOT NULL,
    words_sealed bytea NOT NULL,
    answer_sealed bytea,
    status varchar NOT NULL,
    outcome varchar,
    handler varchar,
    policy varchar NOT NULL,
    lodged_by varchar NOT NULL,
    lodged_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    settled_at timestamptz,
    is_late boolean NOT NULL,
    CONSTRAINT pk_complaint PRIMARY KEY (id)
);
CREATE INDEX ix_complaint_due ON complaint (due_at, id);

CREATE TABLE suggestion (
    id uuid NOT NULL,
    division varchar NOT NULL,
    words_sealed bytea NOT NULL,
    answer_sealed bytea,
    status varchar NOT NULL,
    made_by varchar NOT NULL,
    made_at timestamptz NOT NULL,
    answered_at timestamptz,
    adopted_at timestamptz,
    CONSTRAINT pk_suggestion PRIMARY KEY (id)
);
CREATE INDEX ix_suggestion_made ON suggestion (made_at, id);
"""

MACHINES = "app_is_machine('feedback.handlers', 'feedback.timers')"
# Whoever holds a link acts in this scope, which finds one survey by its blind index.
BY_LINK = "app_is_machine('feedback.surveys')"
BY_DIVISION = f"app_sees_division(division) OR {MACHINES}"
OF_SURVEY = "EXISTS (SELECT 1 FROM survey s WHERE s.need_id = {table}.need_id)"
OF_COMPLAINT = "EXISTS (SELECT 1 FROM complaint c WHERE c.need_id = handler.need_id)"


def upgrade() -> None:
    plumbing.create("feedback")
    security.script(TABLES)
    # A station sees its figures here, and never the words.
    security.protect(
        "survey",
        see=f"{BY_DIVISION} OR app_sees_station(station_id) OR {BY_LINK}",
        write=f"{BY_DIVISION} OR {BY_LINK}",
    )
    security.protect("survey_words", see=BY_DIVISION, write=f"{BY_DIVISION} OR {BY_LINK}")
    security.protect("call_back", see=BY_DIVISION)
    security.protect("sample", see=f"app_sees_division('') OR {MACHINES}", write=MACHINES)
    security.protect("complaint", see=f"{BY_DIVISION} OR lodged_by = app_setting('owner')")
    security.protect("suggestion", see=f"{BY_DIVISION} OR made_by = app_setting('owner')")
    security.protect(
        "handler", see=f"{MACHINES} OR {OF_SURVEY.format(table='handler')} OR {OF_COMPLAINT}", write=MACHINES
    )
    security.protect("served", see=f"{MACHINES} OR {OF_SURVEY.format(table='served')}", write=MACHINES)
    op.execute(
        "REVOKE DELETE, TRUNCATE ON survey, survey_words, call_back, sample, complaint, suggestion FROM feedback_app"
    )


def downgrade() -> None:
    for table in (
        "suggestion", "complaint", "sample", "call_back", "survey_words", "survey", "served", "handler",
    ):  # fmt: skip
        op.execute(f"DROP TABLE {table} CASCADE")
    plumbing.drop()
