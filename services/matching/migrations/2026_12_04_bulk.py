"""Files of many rows: their parts, sealed until they are written, and the answers to their rows."""

from shared.kit.migrations import bulk

revision = "20261204_matching"
down_revision = "20261203_matching"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bulk.create("matching")


def downgrade() -> None:
    bulk.drop()
