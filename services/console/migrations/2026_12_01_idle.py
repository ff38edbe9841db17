"""A session knows when somebody was last seen at the desk, so that one that is left alone ends."""

from alembic import op

revision = "20261201_console"
down_revision = "20261129_console"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whoever is signed in when this is brought in has been seen just now.
    op.execute("ALTER TABLE desk_session ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now()")
    op.execute("ALTER TABLE desk_session ALTER COLUMN seen_at DROP DEFAULT")


def downgrade() -> None:
    op.execute("ALTER TABLE desk_session DROP COLUMN seen_at")
