"""What waits for the county's word is found without reading every need."""

from alembic import op

revision = "20261201_needs_county"
down_revision = "20261129_needs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX ix_need_awaits_county ON need (due_at, id) WHERE awaits_county")


def downgrade() -> None:
    op.execute("DROP INDEX ix_need_awaits_county")
