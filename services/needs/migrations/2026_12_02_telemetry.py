"""Facts carry the trace of what caused them; readiness sees whether the tables are those of this code."""

from shared.kit.migrations import plumbing

revision = "20261202_needs"
down_revision = "20261201_needs_county"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plumbing.add_traces("needs")


def downgrade() -> None:
    plumbing.drop_traces("needs")
