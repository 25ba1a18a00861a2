"""who brought an event for somebody else"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "brought_by", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True
            )
        )
    _hats("hat IN ('requester','counter','bringer','approver')")


def downgrade():
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_column("brought_by")
    op.execute("UPDATE variance_hands SET hat = 'counter' WHERE hat = 'bringer'")
    _hats("hat IN ('requester','counter','approver')")


def _hats(rule):
    with op.batch_alter_table("variance_hands", schema=None) as batch_op:
        batch_op.drop_constraint("hand_hat", type_="check")
        batch_op.create_check_constraint("hand_hat", rule)
