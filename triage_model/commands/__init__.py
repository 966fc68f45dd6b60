"""The sub-commands of `triage` that need the scoring side alone: score, plan, explain, rules."""

from typing import Any


def __getattr__(name: str) -> Any:
    """`COMMANDS`, brought in only when all are wanted: `triage score` starts without the others."""
    if name != "COMMANDS":
        raise AttributeError(name)
    from triage_model.commands.explain import explain
    from triage_model.commands.plan import plan
    from triage_model.commands.rules import rules
    from triage_model.commands.score import score

    return [score, plan, explain, rules]
