"""Where reports are kept: tables, migrations, and the transactions that everything goes through."""
