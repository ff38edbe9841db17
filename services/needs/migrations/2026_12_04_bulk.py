"""Files of many rows: their parts, sealed until they are written, and the answers to their rows."""

from shared.kit.migrations import bulk

revision = "20261204_needs"
down_revision = "20261203_needs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bulk.create("needs")


def downgrade() -> None:
    bulk.drop()
