"""The plumbing's tables, as the first revision of each service makes them. Later changes come as dated revisions."""

from alembic import op

from shared.kit.migrations import security

TABLES = """
CREATE TABLE fact (
    number bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id uuid NOT NULL,
    name varchar NOT NULL,
    subject varchar NOT NULL,
    sequence integer NOT NULL,
    time timestamptz NOT NULL,
    audience varchar,
    body jsonb NOT NULL,
    CONSTRAINT pk_fact PRIMARY KEY (number)
);
CREATE INDEX ix_fact_xid_number ON fact (xid, number);
CREATE UNIQUE INDEX uq_fact_subject_sequence ON fact (subject, sequence);
CREATE INDEX ix_fact_audience ON fact (audience, xid, number) WHERE audience IS NOT NULL;

CREATE TABLE listener_position (
    publisher varchar NOT NULL,
    position varchar,
    moved_at timestamptz,
    CONSTRAINT pk_listener_position PRIMARY KEY (publisher)
);

CREATE TABLE parked_fact (
    id uuid NOT NULL,
    publisher varchar NOT NULL,
    name varchar NOT NULL,
    subject varchar NOT NULL,
    sequence integer NOT NULL,
    time timestamptz NOT NULL,
    body jsonb NOT NULL,
    error varchar NOT NULL,
    attempts integer NOT NULL,
    parked_at timestamptz NOT NULL,
    CONSTRAINT pk_parked_fact PRIMARY KEY (id)
);
CREATE INDEX ix_parked_fact_subject ON parked_fact (subject);

CREATE TABLE timer (
    id uuid NOT NULL,
    kind varchar NOT NULL,
    subject varchar NOT NULL,
    due timestamptz NOT NULL,
    payload jsonb NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    given_up varchar,
    CONSTRAINT pk_timer PRIMARY KEY (id)
);
CREATE INDEX ix_timer_due ON timer (due, id) WHERE given_up IS NULL;
CREATE INDEX ix_timer_subject ON timer (subject, kind);

CREATE TABLE idempotency (
    caller varchar NOT NULL,
    key varchar NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    etag varchar,
    answer bytea NOT NULL,
    answered_at timestamptz NOT NULL,
    CONSTRAINT pk_idempotency PRIMARY KEY (caller, key)
);
CREATE INDEX ix_idempotency_answered_at ON idempotency (answered_at);

CREATE TABLE audit_entry (
    number bigint GENERATED ALWAYS AS IDENTITY,
    time timestamptz NOT NULL,
    actor varchar NOT NULL,
    act varchar NOT NULL,
    purpose varchar NOT NULL,
    subject uuid,
    fields text[] NOT NULL,
    outcome varchar NOT NULL,
    request_id varchar NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (number)
);
CREATE INDEX ix_audit_entry_subject ON audit_entry (subject, number);
CREATE INDEX ix_audit_entry_time ON audit_entry (time);

CREATE TABLE reference_row (
    table_name varchar NOT NULL,
    key varchar NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    body jsonb NOT NULL,
    source varchar NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_reference_row PRIMARY KEY (table_name, key, valid_from)
);

CREATE TABLE revoked_access (
    holder varchar NOT NULL,
    before timestamptz NOT NULL,
    CONSTRAINT pk_revoked_access PRIMARY KEY (holder)
);
"""

INCONSISTENCY = """
CREATE TABLE inconsistency (
    promise varchar NOT NULL,
    subject varchar NOT NULL,
    wrong varchar NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    healed_at timestamptz,
    CONSTRAINT pk_inconsistency PRIMARY KEY (promise, subject)
)
"""

SEALS = """
ALTER TABLE audit_entry ADD COLUMN xid xid8 NOT NULL DEFAULT '0';
ALTER TABLE audit_entry ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
CREATE INDEX ix_audit_entry_xid_number ON audit_entry (xid, number);
CREATE TABLE audit_seal (
    number bigint NOT NULL,
    cluster bigint NOT NULL,
    until_xid xid8 NOT NULL,
    until_number bigint NOT NULL,
    horizon xid8 NOT NULL,
    numbers bigint[] NOT NULL,
    digests bytea NOT NULL,
    previous bytea NOT NULL,
    digest bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    CONSTRAINT pk_audit_seal PRIMARY KEY (number)
);
"""


def create(service: str) -> None:
    """Make the plumbing of a service: the tables, and who may touch them."""
    security.create_functions()
    security.script(TABLES)
    # Who acts for an outside party reads what is meant for it, whatever the feed's query names. What is meant for
    # nobody in particular stays in sight, because facts are counted on within their subject.
    security.protect(
        "fact",
        see="app_setting('actor') IS NOT NULL AND (audience IS NULL OR app_setting('provider') IS NULL"
        " OR audience = app_setting('provider'))",
        write="app_setting('actor') IS NOT NULL",
    )
    security.protect("idempotency", see="caller = app_setting('actor') OR app_is_machine('" + service + ".timers')")
    security.protect(
        "audit_entry",
        see="app_is_machine('audit', '" + service + ".seals') OR actor = app_setting('actor')",
    )
    # Facts and the trail only grow: not even the application changes or removes a row.
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, fact FROM {service}_app")


def add_inconsistencies(service: str) -> None:
    """Where a service writes down what does not agree; only its machines see and write it."""
    op.execute(INCONSISTENCY)
    security.protect("inconsistency", see=f"app_is_machine('{service}.handlers', '{service}.timers')")


def add_traces(service: str) -> None:
    """Facts carry the trace of the request that caused them, and a service may see how far its tables have come."""
    op.execute("ALTER TABLE fact ADD COLUMN traceparent varchar")
    op.execute(f"GRANT SELECT ON alembic_version TO {service}_app")


def drop_traces(service: str) -> None:
    op.execute(f"REVOKE SELECT ON alembic_version FROM {service}_app")
    op.execute("ALTER TABLE fact DROP COLUMN traceparent")


def add_seals(service: str) -> None:
    """Seals over the trail; only the machine that makes them sees and adds them, and nobody changes one.

    Entries that were there before count as of the oldest transaction, so that the first seals take them.
    """
    security.script(SEALS)
    security.protect("audit_seal", see=f"app_is_machine('{service}.seals')")
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_seal FROM {service}_app")


def drop_seals() -> None:
    op.execute("DROP TABLE audit_seal")
    op.execute("ALTER TABLE audit_entry DROP COLUMN xid")


def drop() -> None:
    for table in (
        "revoked_access", "reference_row", "audit_entry", "idempotency", "timer", "parked_fact", "listener_position",
        "fact",
    ):  # fmt: skip
        op.execute(f"DROP TABLE {table}")
    security.drop_functions()
