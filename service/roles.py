"""The roles there are, and what each may do."""

from typing import Literal

Role = Literal["handler", "supervisor", "analyst", "admin"]
May = Literal["read", "decide", "supervise", "analyse", "administer"]

ROLES: dict[str, frozenset[May]] = {
    "handler": frozenset({"read", "decide"}),
    "supervisor": frozenset({"read", "decide", "supervise", "analyse"}),
    "analyst": frozenset({"analyse"}),
    "admin": frozenset({"administer"}),
}
