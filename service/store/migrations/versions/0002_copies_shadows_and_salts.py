"""Copies, shadows and salts"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "copies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.CheckConstraint("kind in ('backup', 'export')", name=op.f("ck_copies_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copies")),
    )
    op.create_table(
        "copied",
        sa.Column("copy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["copy_id"], ["copies.id"], name=op.f("fk_copied_copy_id")),
        sa.ForeignKeyConstraint(["ref"], ["reports.ref"], name=op.f("fk_copied_ref")),
        sa.PrimaryKeyConstraint("copy_id", "ref", name=op.f("pk_copied")),
    )
    with op.batch_alter_table("copied", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_copied_ref"), ["ref"], unique=False)

    op.create_table(
        "shadows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.String(length=96), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["reports.ref"], name=op.f("fk_shadows_ref")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadows")),
    )
    with op.batch_alter_table("shadows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shadows_model_id"), ["model_id"], unique=False)

    with op.batch_alter_table("handler_actions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("salt", sa.String(length=32), nullable=True))

    with op.batch_alter_table("parts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("salt", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("parts", schema=None) as batch_op:
        batch_op.drop_column("salt")

    with op.batch_alter_table("handler_actions", schema=None) as batch_op:
        batch_op.drop_column("salt")

    with op.batch_alter_table("shadows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shadows_model_id"))

    op.drop_table("shadows")
    with op.batch_alter_table("copied", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_copied_ref"))

    op.drop_table("copied")
    op.drop_table("copies")
