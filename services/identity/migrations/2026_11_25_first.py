"""Identity as first landed: accounts and clients, seen and managed within their divisions."""

from alembic import op

from shared.kit.migrations import plumbing, security

revision = "20261125_identity"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE account (
    id uuid NOT NULL,
    name varchar NOT NULL,
    grants jsonb NOT NULL,
    divisions text[] NOT NULL,
    worker varchar,
    is_active boolean NOT NULL,
    is_sample boolean NOT NULL,
    must_reset boolean NOT NULL,
    password_hash varchar,
    totp_sealed bytea,
    created_by varchar NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    version integer DEFAULT '1' NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_name UNIQUE (name),
    CONSTRAINT ck_account_reaches_somewhere CHECK (cardinality(divisions) > 0)
);
CREATE INDEX ix_account_created ON account (created_at, id);
CREATE INDEX ix_account_divisions ON account USING gin (divisions);

CREATE TABLE client (
    id uuid NOT NULL,
    name varchar NOT NULL,
    kind varchar NOT NULL,
    secret_hash bytea NOT NULL,
    grants jsonb NOT NULL,
    divisions text[] NOT NULL,
    is_active boolean NOT NULL,
    created_by varchar NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    version integer DEFAULT '1' NOT NULL,
    CONSTRAINT pk_client PRIMARY KEY (id),
    CONSTRAINT uq_client_name UNIQUE (name),
    CONSTRAINT ck_client_reaches_somewhere CHECK (cardinality(divisions) > 0)
);
CREATE INDEX ix_client_created ON client (created_at, id);
"""

SEED = "app_is_machine('identity.seed')"
REACHES_IN = "EXISTS (SELECT 1 FROM unnest(divisions) AS code WHERE app_sees_division(code))"
LIES_WITHIN = "NOT EXISTS (SELECT 1 FROM unnest(divisions) AS code WHERE NOT app_sees_division(code))"


def upgrade() -> None:
    plumbing.create("identity")
    security.script(TABLES)
    for table, reader in (("account", "identity.development"), ("client", "identity.token")):
        security.protect(
            table,
            see=f"{REACHES_IN} OR app_is_machine('{reader}') OR {SEED}",
            write=f"{LIES_WITHIN} OR {SEED}",
        )
        # Seeing is enough where a subject reaches in; changing it takes all that it reaches.
        op.execute(
            f"CREATE POLICY {table}_managed ON {table} AS RESTRICTIVE FOR UPDATE TO identity_app"
            f" USING ({LIES_WITHIN} OR {SEED}) WITH CHECK ({LIES_WITHIN} OR {SEED})"
        )
        # A name is never given twice, so no row ever goes.
        op.execute(f"REVOKE DELETE, TRUNCATE ON {table} FROM identity_app")


def downgrade() -> None:
    op.execute("DROP TABLE client")
    op.execute("DROP TABLE account")
    plumbing.drop()
