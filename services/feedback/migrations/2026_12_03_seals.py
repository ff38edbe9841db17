"""The trail is sealed in batches by a hash chain."""

from shared.kit.migrations import plumbing

revision = "20261203_feedback"
down_revision = "20261202_feedback"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plumbing.add_seals("feedback")


def downgrade() -> None:
    plumbing.drop_seals()
