"""Second reads and label reviews"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draws",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("closing_id", NUMBER, nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.CheckConstraint("probability >= 0 and probability <= 1", name=op.f("ck_draws_probability")),
        sa.ForeignKeyConstraint(["ref"], ["reports.ref"], name=op.f("fk_draws_ref")),
        sa.ForeignKeyConstraint(["closing_id"], ["handler_actions.id"], name=op.f("fk_draws_closing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
        sa.UniqueConstraint("closing_id", name=op.f("uq_draws_closing_id")),
    )
    with op.batch_alter_table("draws", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draws_ref"), ["ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_draws_at"), ["at"], unique=False)

    op.create_table(
        "second_reads",
        sa.Column("draw_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("action_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.id"], name=op.f("fk_second_reads_draw_id")),
        sa.ForeignKeyConstraint(
            ["action_id"], ["handler_actions.id"], name=op.f("fk_second_reads_action_id")
        ),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_second_reads")),
        sa.UniqueConstraint("action_id", name=op.f("uq_second_reads_action_id")),
    )
    op.create_table(
        "label_reviews",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("answer_id", NUMBER, nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.CheckConstraint("verdict in ('approved', 'withheld')", name=op.f("ck_label_reviews_verdict")),
        sa.ForeignKeyConstraint(["ref"], ["reports.ref"], name=op.f("fk_label_reviews_ref")),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["handler_actions.id"], name=op.f("fk_label_reviews_answer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_reviews")),
    )
    with op.batch_alter_table("label_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_reviews_answer_id_id"), ["answer_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_reviews_ref"), ["ref"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("label_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_reviews_ref"))
        batch_op.drop_index(batch_op.f("ix_label_reviews_answer_id_id"))

    op.drop_table("label_reviews")
    op.drop_table("second_reads")
    with op.batch_alter_table("draws", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draws_at"))
        batch_op.drop_index(batch_op.f("ix_draws_ref"))

    op.drop_table("draws")
