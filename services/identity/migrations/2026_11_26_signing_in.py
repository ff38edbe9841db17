"""Signing in: sessions, codes, refresh tokens, one-time links and lockouts; clients that people come through."""

from alembic import op

from shared.kit.migrations import security

revision = "20261126_identity_signing_in"
down_revision = "20261125_identity"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE account ADD COLUMN factor_step bigint;

ALTER TABLE client ADD COLUMN is_public boolean DEFAULT false NOT NULL;
ALTER TABLE client ADD COLUMN redirect_uris text[] DEFAULT '{}' NOT NULL;
ALTER TABLE client ADD COLUMN sign_out_uris text[] DEFAULT '{}' NOT NULL;

CREATE TABLE sign_in (
    id uuid NOT NULL,
    account varchar NOT NULL,
    divisions text[] NOT NULL,
    key_hash bytea NOT NULL,
    agent varchar NOT NULL,
    methods text[] NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    completed_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT pk_sign_in PRIMARY KEY (id),
    CONSTRAINT uq_sign_in_key_hash UNIQUE (key_hash)
);
CREATE INDEX ix_sign_in_account ON sign_in (account, started_at);
CREATE INDEX ix_sign_in_ends_at ON sign_in (ends_at);

CREATE TABLE authorization_code (
    hash bytea NOT NULL,
    sign_in_id uuid NOT NULL,
    client varchar NOT NULL,
    redirect_uri varchar NOT NULL,
    scope varchar NOT NULL,
    nonce varchar NOT NULL,
    challenge varchar NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT pk_authorization_code PRIMARY KEY (hash)
);
CREATE INDEX ix_authorization_code_ends_at ON authorization_code (ends_at);

CREATE TABLE refresh_token (
    hash bytea NOT NULL,
    sign_in_id uuid NOT NULL,
    client varchar NOT NULL,
    scope varchar NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    used_at timestamptz,
    successor bytea,
    CONSTRAINT pk_refresh_token PRIMARY KEY (hash)
);
CREATE INDEX ix_refresh_token_ends_at ON refresh_token (ends_at);

CREATE TABLE link (
    id uuid NOT NULL,
    hash bytea NOT NULL,
    account varchar NOT NULL,
    divisions text[] NOT NULL,
    factor_sealed bytea,
    made_by varchar NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT pk_link PRIMARY KEY (id),
    CONSTRAINT uq_link_hash UNIQUE (hash)
);
CREATE INDEX ix_link_account ON link (account);

CREATE TABLE lockout (
    name_key bytea NOT NULL,
    failures timestamptz[] NOT NULL,
    until timestamptz,
    CONSTRAINT pk_lockout PRIMARY KEY (name_key)
);
"""

SEED = "app_is_machine('identity.seed')"
SIGNING_IN = "app_is_machine('identity.sign_in')"
REACHES_IN = "EXISTS (SELECT 1 FROM unnest(divisions) AS code WHERE app_sees_division(code))"
LIES_WITHIN = "NOT EXISTS (SELECT 1 FROM unnest(divisions) AS code WHERE NOT app_sees_division(code))"
NEW = ("lockout", "link", "refresh_token", "authorization_code", "sign_in")


def upgrade() -> None:
    security.script(TABLES)
    _let_people_sign_in(
        account_see=f"{REACHES_IN} OR app_is_machine('identity.development', 'identity.sign_in') OR {SEED}",
        account_write=f"{LIES_WITHIN} OR {SEED} OR {SIGNING_IN}",
        client_see=f"{REACHES_IN} OR app_is_machine('identity.token', 'identity.sign_in') OR {SEED}",
    )
    # Their own sessions people see and end; those of an account its administrators do, and they end them all with it.
    security.protect("sign_in", see=f"{SIGNING_IN} OR account = app_setting('owner') OR {LIES_WITHIN}")
    security.protect("link", see=f"{SIGNING_IN} OR {LIES_WITHIN} OR {SEED}")
    for table in ("authorization_code", "refresh_token", "lockout"):
        security.protect(table, see=SIGNING_IN)


def _let_people_sign_in(*, account_see: str, account_write: str, client_see: str) -> None:
    op.execute(f"ALTER POLICY account_see ON account USING ({account_see})")
    for policy in ("account_change", "account_managed"):
        op.execute(f"ALTER POLICY {policy} ON account USING ({account_write}) WITH CHECK ({account_write})")
    op.execute(f"ALTER POLICY client_see ON client USING ({client_see})")


def downgrade() -> None:
    _let_people_sign_in(
        account_see=f"{REACHES_IN} OR app_is_machine('identity.development') OR {SEED}",
        account_write=f"{LIES_WITHIN} OR {SEED}",
        client_see=f"{REACHES_IN} OR app_is_machine('identity.token') OR {SEED}",
    )
    for table in NEW:
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE client DROP COLUMN sign_out_uris, DROP COLUMN redirect_uris, DROP COLUMN is_public")
    op.execute("ALTER TABLE account DROP COLUMN factor_step")
