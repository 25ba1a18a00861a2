"""cases whole, instructions and jobs"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "case_actions",
        sa.Column(
            "warehouse_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False
        ),
        sa.Column("id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("case_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("done_by", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_note", sa.Text(), nullable=True),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="action_done_by_somebody"),
        sa.PrimaryKeyConstraint("warehouse_id", "id"),
    )
    with op.batch_alter_table("case_actions", schema=None) as batch_op:
        batch_op.create_index("case_actions_case", ["warehouse_id", "case_id"], unique=False)
        batch_op.create_index("case_actions_owner", ["owner_id", "done_at"], unique=False)

    op.create_table(
        "jobs",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "quiz_calls",
        sa.Column(
            "warehouse_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False
        ),
        sa.Column("id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("step", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True),
        sa.Column("count_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True),
        sa.Column("made_by", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_by", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("person_id IS NULL OR count_id IS NULL", name="quiz_of_one_thing"),
        sa.PrimaryKeyConstraint("warehouse_id", "id"),
    )
    with op.batch_alter_table("quiz_calls", schema=None) as batch_op:
        batch_op.create_index("quiz_calls_open", ["warehouse_id", "lifted_at"], unique=False)

    op.create_table(
        "quiz_results",
        sa.Column(
            "warehouse_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False
        ),
        sa.Column("id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("person_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("device_id", sa.String(length=120), nullable=False),
        sa.Column("step", sa.String(length=120), nullable=False),
        sa.Column("sop_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("right_count", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("right_count >= 0 AND right_count <= asked", name="quiz_right"),
        sa.PrimaryKeyConstraint("warehouse_id", "id"),
    )
    with op.batch_alter_table("quiz_results", schema=None) as batch_op:
        batch_op.create_index(
            "quiz_results_person", ["person_id", "warehouse_id", "step", "effective_at"], unique=False
        )

    op.create_table(
        "responsibilities",
        sa.Column("id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column(
            "warehouse_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True
        ),
        sa.Column("kind", sa.String(length=120), nullable=True),
        sa.Column("zone", sa.String(length=120), nullable=True),
        sa.Column("stage", sa.String(length=120), nullable=True),
        sa.Column("cause", sa.String(length=120), nullable=True),
        sa.Column("person_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("made_by", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("responsibilities", schema=None) as batch_op:
        batch_op.create_index("responsibilities_warehouse", ["warehouse_id"], unique=False)

    op.create_table(
        "sops",
        sa.Column("id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column(
            "warehouse_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True
        ),
        sa.Column("step", sa.String(length=120), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("photo", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sops", schema=None) as batch_op:
        batch_op.create_index("sops_photo", ["photo"], unique=False)
        batch_op.create_index("sops_step", ["step", "made_at"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tier", sa.String(length=120), server_default="owner", nullable=False))
        batch_op.add_column(sa.Column("escalated_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("stage", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("whys", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "analysed_by", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("analysed_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "responsible_id", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("verify_by", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("verify_state", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("verify_asked_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("verified_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "verified_by", sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "verified_line_id",
                sa.String(length=36).with_variant(sa.UUID(as_uuid=False), "postgresql"),
                nullable=True,
            )
        )
        batch_op.create_index("cases_owner", ["warehouse_id", "owner_id", "state"], unique=False)
        batch_op.create_index(
            "cases_verify",
            ["warehouse_id", "verify_state", "location_id"],
            unique=False,
            sqlite_where=sa.text("verify_state IS NOT NULL"),
            postgresql_where=sa.text("verify_state IS NOT NULL"),
        )
        batch_op.create_check_constraint("case_tier", "tier IN ('owner','supervisor','manager','admin')")
        batch_op.create_check_constraint("case_verify_by", "verify_by IS NULL OR verify_by IN ('count','person')")
        batch_op.create_check_constraint(
            "case_verified", "verify_state IS NULL OR verify_state IN ('waiting','passed','failed')"
        )
        batch_op.drop_constraint("case_state", type_="check")
        batch_op.create_check_constraint("case_state", "state IN ('open','working','verifying','closed')")
    for table in ("count_entries", "statements"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(
                f"{table}_serial",
                ["warehouse_id", "item_id", "serial"],
                unique=False,
                sqlite_where=sa.text("serial IS NOT NULL"),
                postgresql_where=sa.text("serial IS NOT NULL"),
            )


def downgrade():
    for table in ("count_entries", "statements"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(f"{table}_serial")
    op.execute("UPDATE cases SET state = 'working' WHERE state = 'verifying'")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        for name in ("case_tier", "case_verify_by", "case_verified", "case_state"):
            batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint("case_state", "state IN ('open','working','closed')")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "cases_verify",
            sqlite_where=sa.text("verify_state IS NOT NULL"),
            postgresql_where=sa.text("verify_state IS NOT NULL"),
        )
        batch_op.drop_index("cases_owner")
        batch_op.drop_column("verified_line_id")
        batch_op.drop_column("verified_by")
        batch_op.drop_column("verified_at")
        batch_op.drop_column("verify_asked_at")
        batch_op.drop_column("verify_state")
        batch_op.drop_column("verify_by")
        batch_op.drop_column("responsible_id")
        batch_op.drop_column("analysed_at")
        batch_op.drop_column("analysed_by")
        batch_op.drop_column("whys")
        batch_op.drop_column("stage")
        batch_op.drop_column("escalated_at")
        batch_op.drop_column("tier")

    with op.batch_alter_table("sops", schema=None) as batch_op:
        batch_op.drop_index("sops_step")
        batch_op.drop_index("sops_photo")

    op.drop_table("sops")
    with op.batch_alter_table("responsibilities", schema=None) as batch_op:
        batch_op.drop_index("responsibilities_warehouse")

    op.drop_table("responsibilities")
    with op.batch_alter_table("quiz_results", schema=None) as batch_op:
        batch_op.drop_index("quiz_results_person")

    op.drop_table("quiz_results")
    with op.batch_alter_table("quiz_calls", schema=None) as batch_op:
        batch_op.drop_index("quiz_calls_open")

    op.drop_table("quiz_calls")
    op.drop_table("jobs")
    with op.batch_alter_table("case_actions", schema=None) as batch_op:
        batch_op.drop_index("case_actions_owner")
        batch_op.drop_index("case_actions_case")

    op.drop_table("case_actions")
