"""CSV that a spreadsheet may open: what begins like a formula is shown and never run.

Law: what is written here is read back as it was. A mark stands before a value that begins like a formula,
after marks of its own or none; reading takes one such mark off, and leaves every other value alone.
"""

import re
from collections.abc import Mapping
from typing import Any

MARK = "'"
# Also the wide forms, which some spreadsheets take for the plain ones, and blanks that they skip.
_FORMULA = re.compile(rf"{MARK}*[\s]*[=+\-@＝＋－＠]|{MARK}*[\t\r\n]")
_MARKED = re.compile(rf"{MARK}(?:{_FORMULA.pattern})")


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is written: numbers stay numbers."""
    return {name: _guarded(value) for name, value in row.items()}


def read_back(row: Mapping[Any, Any]) -> dict[Any, Any]:
    """A row as it was before it was written."""
    return {name: _plain(value) for name, value in row.items()}


def _guarded(value: Any) -> Any:
    return MARK + value if isinstance(value, str) and _FORMULA.match(value) else value


def _plain(value: Any) -> Any:
    return value[1:] if isinstance(value, str) and _MARKED.match(value) else value
