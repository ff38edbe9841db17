"""Files of many rows: their parts, sealed until they are written, and the answers to their rows."""

from alembic import op

from shared.kit.migrations import bulk, security

revision = "20261204_needs"
down_revision = "20261203_needs"
branch_labels = None
depends_on = None


SENT = """
CREATE TABLE sent_need (
    sender varchar NOT NULL,
    key bytea NOT NULL,
    print bytea NOT NULL,
    need_id uuid NOT NULL,
    CONSTRAINT pk_sent_need PRIMARY KEY (sender, key),
    CONSTRAINT fk_sent_need_need_id_need FOREIGN KEY(need_id) REFERENCES need (id)
)
"""


def upgrade() -> None:
    op.execute(SENT)
    security.protect("sent_need", see="sender = app_setting('actor')")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON sent_need FROM needs_app")
    bulk.create("needs")


def downgrade() -> None:
    bulk.drop()
    op.execute("DROP TABLE sent_need")
