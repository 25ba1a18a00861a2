"""doors post by a rule of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("readers") as table:
        table.add_column(sa.Column("auto_post", sa.Boolean(), nullable=True))


def downgrade():
    with op.batch_alter_table("readers") as table:
        table.drop_column("auto_post")
