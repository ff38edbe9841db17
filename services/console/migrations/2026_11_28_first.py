"""The console as first landed: sessions, sign-ins on their way, drafts; each account's own."""

from alembic import op

from shared.kit.migrations import plumbing, security

revision = "20261128_console"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE sign_in (
    id uuid NOT NULL,
    state_hash bytea NOT NULL,
    nonce varchar NOT NULL,
    verifier_sealed bytea,
    return_to varchar NOT NULL,
    begun_at timestamptz NOT NULL,
    CONSTRAINT pk_sign_in PRIMARY KEY (id),
    CONSTRAINT uq_sign_in_state_hash UNIQUE (state_hash)
);
CREATE INDEX ix_sign_in_begun_at ON sign_in (begun_at);

CREATE TABLE desk_session (
    id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    account varchar NOT NULL,
    grants jsonb NOT NULL,
    csrf varchar NOT NULL,
    access_sealed bytea,
    refresh_sealed bytea,
    id_token_sealed bytea,
    access_ends_at timestamptz NOT NULL,
    renewing_until timestamptz,
    began_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT pk_desk_session PRIMARY KEY (id),
    CONSTRAINT uq_desk_session_secret_hash UNIQUE (secret_hash)
);
CREATE INDEX ix_desk_session_ends_at ON desk_session (ends_at);

CREATE TABLE draft (
    id uuid NOT NULL,
    account varchar NOT NULL,
    form varchar NOT NULL,
    body_sealed bytea,
    saved_at timestamptz NOT NULL,
    CONSTRAINT pk_draft PRIMARY KEY (id),
    CONSTRAINT uq_draft_account_form UNIQUE (account, form)
);
CREATE INDEX ix_draft_saved_at ON draft (saved_at);
"""
SESSIONS = "app_is_machine('console.sessions', 'console.timers')"


def upgrade() -> None:
    plumbing.create("console")
    security.script(TABLES)
    # Before somebody is known nothing but the cookie's hash finds a row; that look-up is the sessions' own.
    security.protect("sign_in", see=SESSIONS)
    security.protect("desk_session", see=SESSIONS)
    security.protect("draft", see="account = app_setting('actor') OR app_is_machine('console.timers')")


def downgrade() -> None:
    for table in ("draft", "desk_session", "sign_in"):
        op.execute(f"DROP TABLE {table}")
    plumbing.drop()
