"""containers are judged again"""

import sqlalchemy as sa
from alembic import op

from server.db import ID_TYPE

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("container_goods", schema=None) as batch_op:
        batch_op.add_column(sa.Column("whole_id", ID_TYPE, nullable=True))
        batch_op.create_index(
            "container_goods_whole",
            ["warehouse_id", "from_id", "effective_at"],
            unique=False,
            sqlite_where=sa.text("whole_id IS NOT NULL"),
            postgresql_where=sa.text("whole_id IS NOT NULL"),
        )


def downgrade():
    with op.batch_alter_table("container_goods", schema=None) as batch_op:
        batch_op.drop_index("container_goods_whole")
        batch_op.drop_column("whole_id")
