"""What does not agree between services is written down, until it is healed."""

from alembic import op

from shared.kit.migrations import plumbing

revision = "20261129_console"
down_revision = "20261128_console"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plumbing.add_inconsistencies("console")


def downgrade() -> None:
    op.execute("DROP TABLE inconsistency")
