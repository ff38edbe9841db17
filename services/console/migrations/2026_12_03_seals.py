"""The trail is sealed in batches by a hash chain."""

from shared.kit.migrations import plumbing

revision = "20261203_console"
down_revision = "20261202_console"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plumbing.add_seals("console")


def downgrade() -> None:
    plumbing.drop_seals()
