"""The trail is sealed in batches by a hash chain."""

from shared.kit.migrations import plumbing

revision = "20261203_insights"
down_revision = "20261202_insights"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plumbing.add_seals("insights")


def downgrade() -> None:
    plumbing.drop_seals()
