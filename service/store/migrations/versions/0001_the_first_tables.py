"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("revoked_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
    )
    op.create_table(
        "audit",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("who", sa.String(length=96), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=True),
        sa.Column("content_digest", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_ref"), ["ref"])

    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("audit_number", sa.BigInteger(), nullable=False),
        sa.Column("audit_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_table(
        "reports",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("reporter_key", sa.String(length=128), nullable=True),
        sa.Column("submitted_at", sa.Double(), nullable=True),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("assessed", sa.String(length=16), nullable=False),
        sa.Column("claimed_until", sa.Double(), nullable=True),
        sa.Column("high_water", sa.Integer(), nullable=True),
        sa.Column("suggested_grade", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("clock_from", sa.Double(), nullable=False),
        sa.Column("due_by", sa.Double(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("headline", sa.Text(), nullable=True),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("handled_decision_id", sa.Integer(), nullable=True),
        sa.Column("handled_by", sa.String(length=64), nullable=True),
        sa.Column("second_review_by", sa.Double(), nullable=True),
        sa.Column("escalated_at", sa.Double(), nullable=True),
        sa.Column("opened_at", sa.Double(), nullable=True),
        sa.Column("closed_at", sa.Double(), nullable=True),
        sa.Column("forgotten_at", sa.Double(), nullable=True),
        sa.Column("retention", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "assessed in ('pending', 'degraded', 'complete')", name=op.f("ck_reports_assessed")
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'opened', 'decided', 'closed')", name=op.f("ck_reports_state")
        ),
        sa.CheckConstraint(
            "grade between 1 and 4 and suggested_grade between 1 and 4", name=op.f("ck_reports_grades")
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_reports")),
        sa.UniqueConstraint("change", name=op.f("uq_reports_change")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_assessed_claimed_until"), ["assessed", "claimed_until"])
        batch_op.create_index(batch_op.f("ix_reports_received_at"), ["received_at"])
        batch_op.create_index(batch_op.f("ix_reports_reporter_key"), ["reporter_key"])
        batch_op.create_index(batch_op.f("ix_reports_state_grade_due_by"), ["state", "grade", "due_by"])

    op.create_table(
        "switches",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switches")),
    )
    op.create_table(
        "users",
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.Double(), nullable=True),
        sa.Column("session", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("disabled_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_users")),
        sa.UniqueConstraint("subject", name=op.f("uq_users_subject")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("because", sa.String(length=32), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("high_water", sa.Integer(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("grade_source", sa.String(length=96), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("model_id", sa.String(length=96), nullable=True),
        sa.Column("rulebook_id", sa.String(length=96), nullable=False),
        sa.Column("taxonomy_id", sa.String(length=96), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("output_digest", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["reports.ref"], name=op.f("fk_decisions_ref")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_ref_id"), ["ref", "id"])

    op.create_table(
        "handler_actions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["reports.ref"], name=op.f("fk_handler_actions_ref")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handler_actions")),
    )
    with op.batch_alter_table("handler_actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handler_actions_ref_id"), ["ref", "id"])

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=True),
        sa.Column("sent_at", sa.Double(), nullable=True),
        sa.Column("problem", sa.String(length=96), nullable=True),
        sa.ForeignKeyConstraint(["ref"], ["reports.ref"], name=op.f("fk_outbox_ref")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_next_at"), ["next_at"])

    op.create_table(
        "parts",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("message_ref", sa.String(length=64), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["reports.ref"], name=op.f("fk_parts_ref")),
        sa.PrimaryKeyConstraint("ref", "number", name=op.f("pk_parts")),
        sa.UniqueConstraint("ref", "message_ref", name=op.f("uq_parts_ref_message_ref")),
    )
    op.execute(
        "insert into ledger (id, change, audit_number, audit_digest) values (1, 1, 0, '" + "0" * 64 + "')"
    )


def downgrade() -> None:
    op.drop_table("parts")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_next_at"))

    op.drop_table("outbox")
    with op.batch_alter_table("handler_actions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handler_actions_ref_id"))

    op.drop_table("handler_actions")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_ref_id"))

    op.drop_table("decisions")
    op.drop_table("users")
    op.drop_table("switches")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reports_state_grade_due_by"))
        batch_op.drop_index(batch_op.f("ix_reports_reporter_key"))
        batch_op.drop_index(batch_op.f("ix_reports_received_at"))
        batch_op.drop_index(batch_op.f("ix_reports_assessed_claimed_until"))

    op.drop_table("reports")
    op.drop_table("ledger")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_ref"))

    op.drop_table("audit")
    op.drop_table("api_keys")
