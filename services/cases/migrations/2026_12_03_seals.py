"""The trail is sealed in batches by a hash chain."""

from shared.kit.migrations import plumbing

revision = "20261203_cases"
down_revision = "20261202_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plumbing.add_seals("cases")


def downgrade() -> None:
    plumbing.drop_seals()
