"""The trail is sealed in batches by a hash chain, and identity holds everybody's seals."""

from alembic import op

from shared.kit.migrations import plumbing, security

revision = "20261203_identity"
down_revision = "20261202_identity"
branch_labels = None
depends_on = None

HELD = """
CREATE TABLE held_seal (
    service varchar NOT NULL,
    seal bigint NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    entries integer NOT NULL,
    digest bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    CONSTRAINT pk_held_seal PRIMARY KEY (service, seal)
)
"""


def upgrade() -> None:
    plumbing.add_seals("identity")
    op.execute(HELD)
    writer = "app_is_machine('identity.handlers')"
    security.protect("held_seal", see="app_is_machine('identity.handlers', 'identity.seals')", write=writer)
    # What is held for others is never changed, whoever asks.
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON held_seal FROM identity_app")


def downgrade() -> None:
    op.execute("DROP TABLE held_seal")
    plumbing.drop_seals()
