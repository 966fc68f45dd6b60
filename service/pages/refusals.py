"""Pages that say no: there is no such report (or it is not for this person), or the role may not."""

from typing import Any

from flask import Blueprint, render_template

from service.desk import UnknownReport
from service.handling import NotAllowed
from service.pages.session import me


def add(bp: Blueprint) -> None:
    """Let the pages of a blueprint answer so; the API's answers stay problem+json."""
    bp.register_error_handler(UnknownReport, _unknown)
    bp.register_error_handler(NotAllowed, _not_allowed)


def _unknown(_error: UnknownReport) -> Any:
    says = "Check the reference. A restricted report is shown to supervisors alone."
    return render_template("error.html", title="There is no such report", says=says, me=me()), 404


def _not_allowed(error: NotAllowed) -> Any:
    return render_template("error.html", title="You may not do that", says=f"{error}.", me=me()), 403
