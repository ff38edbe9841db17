"""Facts carry the trace of what caused them; readiness sees whether the tables are those of this code."""

from shared.kit.migrations import plumbing

revision = "20261202_console"
down_revision = "20261201_console"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plumbing.add_traces("console")


def downgrade() -> None:
    plumbing.drop_traces("console")
