"""Where reports are kept: tables, migrations, and the transactions that everything goes through."""

# Here, so that whoever asks for the tables has them all.
from service.store import review_tables as review_tables
