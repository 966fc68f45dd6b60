"""Tables of what is looked at again: blind second reads of closed reports, and labels before they train.

As in `service.store.tables`, rows are only added. `sealed` holds the redacted text that a person mended.
"""

import sqlalchemy as sa

from service.store.tables import Moment, metadata

_Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _report() -> sa.Column[str]:
    return sa.Column("ref", sa.String(64), sa.ForeignKey("reports.ref"), nullable=False)


def _act(name: str, *, unique: bool | None = None) -> sa.Column[int]:
    return sa.Column(name, _Number, sa.ForeignKey("handler_actions.id"), nullable=False, unique=unique)


# Every closing of a low-graded report, drawn or not: without those that were not drawn,
# a share of those that were would be a share of nothing known.
draws = sa.Table(
    "draws",
    metadata,
    sa.Column("id", _Number, primary_key=True),
    _report(),
    _act("closing_id", unique=True),
    sa.Column("parts", sa.Integer, nullable=False),
    sa.Column("grade", sa.Integer, nullable=False),
    sa.Column("probability", sa.Double, nullable=False),
    sa.Column("drawn", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.CheckConstraint("probability >= 0 and probability <= 1", name="probability"),
    sa.Index(None, "ref"),
    sa.Index(None, "at"),
)

# One reading at most of each draw: what was answered is in the act.
second_reads = sa.Table(
    "second_reads",
    metadata,
    sa.Column("draw_id", _Number, sa.ForeignKey("draws.id"), primary_key=True, autoincrement=False),
    _act("action_id", unique=True),
)

label_reviews = sa.Table(
    "label_reviews",
    metadata,
    sa.Column("id", _Number, primary_key=True),
    _report(),
    _act("answer_id"),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("agrees", sa.Boolean, nullable=False),
    sa.Column("username", sa.String(64), nullable=False),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("sealed", sa.Text),
    sa.Column("at", Moment, nullable=False),
    sa.CheckConstraint("verdict in ('approved', 'withheld')", name="verdict"),
    sa.Index(None, "answer_id", "id"),
    sa.Index(None, "ref"),
)
