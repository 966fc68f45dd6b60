"""The tables. What was sent, what was decided and who did what are only ever added to.

`reports` holds where each report stands now; all else is history. Columns named `sealed` may be
encrypted (see `service.vault`): they hold what the public or a handler wrote, and words quoted from it.
"""

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# A time in UTC as seconds since 1970: exact, sortable and the same on every database.
Moment = sa.Double


def _ref(name: str = "ref", *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), sa.ForeignKey("reports.ref"), nullable=False, primary_key=key)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


reports = sa.Table(
    "reports",
    metadata,
    sa.Column("ref", sa.String(64), primary_key=True),
    sa.Column("asked", sa.JSON, nullable=False),
    sa.Column("reporter_key", sa.String(128)),
    sa.Column("submitted_at", Moment),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("parts", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("assessed", sa.String(16), nullable=False),
    sa.Column("claimed_until", Moment),
    sa.Column("high_water", sa.Integer),
    sa.Column("suggested_grade", sa.Integer, nullable=False),
    sa.Column("grade", sa.Integer, nullable=False),
    sa.Column("team", sa.String(64), nullable=False),
    sa.Column("flags", sa.JSON, nullable=False),
    sa.Column("needs_review", sa.Boolean, nullable=False),
    sa.Column("restricted", sa.Boolean, nullable=False),
    sa.Column("clock_from", Moment, nullable=False),
    sa.Column("due_by", Moment, nullable=False),
    sa.Column("decision_id", sa.Integer),
    sa.Column("headline", sa.Text),
    sa.Column("holder", sa.String(64)),
    sa.Column("handled_decision_id", sa.Integer),
    sa.Column("handled_by", sa.String(64)),
    sa.Column("second_review_by", Moment),
    sa.Column("escalated_at", Moment),
    sa.Column("opened_at", Moment),
    sa.Column("closed_at", Moment),
    sa.Column("forgotten_at", Moment),
    sa.Column("retention", sa.String(32), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("change", sa.BigInteger, unique=True),
    sa.CheckConstraint("grade between 1 and 4 and suggested_grade between 1 and 4", name="grades"),
    sa.CheckConstraint("state in ('waiting', 'opened', 'decided', 'closed')", name="state"),
    sa.CheckConstraint("assessed in ('pending', 'degraded', 'complete')", name="assessed"),
    sa.Index(None, "state", "grade", "due_by"),
    sa.Index(None, "assessed", "claimed_until"),
    sa.Index(None, "reporter_key"),
    sa.Index(None, "received_at"),
)

parts = sa.Table(
    "parts",
    metadata,
    _ref(key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("message_ref", sa.String(64)),
    sa.Column("salt", sa.String(32)),
    sa.Column("sealed", sa.Text),
    sa.Column("received_at", Moment, nullable=False),
    sa.UniqueConstraint("ref", "message_ref"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    _id(),
    _ref(),
    sa.Column("because", sa.String(32), nullable=False),
    sa.Column("parts", sa.Integer, nullable=False),
    sa.Column("high_water", sa.Integer),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("grade", sa.Integer, nullable=False),
    sa.Column("grade_source", sa.String(96), nullable=False),
    sa.Column("team", sa.String(64), nullable=False),
    sa.Column("model_id", sa.String(96)),
    sa.Column("rulebook_id", sa.String(96), nullable=False),
    sa.Column("taxonomy_id", sa.String(96), nullable=False),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("output_digest", sa.String(64), nullable=False),
    sa.Column("words", sa.Integer),
    sa.Column("unknown", sa.Integer),
    sa.Column("sealed", sa.Text),
    sa.Column("at", Moment, nullable=False),
    sa.Index(None, "ref", "id"),
)

handler_actions = sa.Table(
    "handler_actions",
    metadata,
    _id(),
    _ref(),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("username", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("decision_id", sa.Integer),
    sa.Column("grade", sa.Integer),
    sa.Column("team", sa.String(64)),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("salt", sa.String(32)),
    sa.Column("sealed", sa.Text),
    sa.Column("at", Moment, nullable=False),
    sa.Index(None, "ref", "id"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column(
        "number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
    ),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.String(96), nullable=False),
    sa.Column("what", sa.String(32), nullable=False),
    sa.Column("ref", sa.String(64)),
    sa.Column("why", sa.String(200)),
    sa.Column("content_digest", sa.String(64)),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Index(None, "ref"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    _ref(),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Moment),
    sa.Column("sent_at", Moment),
    sa.Column("problem", sa.String(96)),
    sa.Index(None, "next_at"),
)

# Where else report text went, so that forgetting can name every place.
copies = sa.Table(
    "copies",
    metadata,
    _id(),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.String(400), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.CheckConstraint("kind in ('backup', 'export')", name="kind"),
)

copied = sa.Table(
    "copied",
    metadata,
    sa.Column("copy_id", sa.ForeignKey("copies.id"), primary_key=True),
    _ref(key=True),
    sa.Index(None, "ref"),
)

# What a model on probation would have said; never shown to handlers.
shadows = sa.Table(
    "shadows",
    metadata,
    _id(),
    _ref(),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("model_id", sa.String(96), nullable=False),
    sa.Column("grade", sa.Integer, nullable=False),
    sa.Column("team", sa.String(64), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index(None, "model_id"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("username", sa.String(64), primary_key=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("password", sa.String(200)),
    sa.Column("subject", sa.String(200), unique=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", Moment),
    sa.Column("session", sa.String(32), nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("disabled_at", Moment),
)

switches = sa.Table(
    "switches",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("set_by", sa.String(64), nullable=False),
    sa.Column("set_at", Moment, nullable=False),
)

# One row that every writer updates last: it orders changes and chains the audit in order of commit.
ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("change", sa.BigInteger, nullable=False),
    sa.Column("audit_number", sa.BigInteger, nullable=False),
    sa.Column("audit_digest", sa.String(64), nullable=False),
)
