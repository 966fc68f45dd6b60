"""How many words of a report are not known"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for name in ("words", "unknown"):
        op.add_column("decisions", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        for name in ("unknown", "words"):
            batch_op.drop_column(name)
