"""What does not agree between services is written down, until it is healed."""

from alembic import op

from shared.kit.migrations import plumbing

revision = "20261128_identity"
down_revision = "20261126_identity_signing_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plumbing.add_inconsistencies("identity")


def downgrade() -> None:
    op.execute("DROP TABLE inconsistency")
