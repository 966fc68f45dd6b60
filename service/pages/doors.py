"""Who may go where: one table of pages and what a role must be allowed to do there, asked before each.

Law: a page that is listed here opens to nobody whose role may not; the views need not ask again.
"""

from typing import Any

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask_login import current_user

from service.pages.session import me
from service.roles import May
from service.users import User

# Blueprints, and what their pages are for.
NEEDS: dict[str, May] = {
    "queue": "read",
    "strip": "read",
    "report": "read",
    "acts": "decide",
    "training": "decide",
    "seconds": "decide",
    "second_reads": "decide",
    "figures": "analyse",
    "supervisor": "supervise",
    "labels": "supervise",
}
# Where people go from the head of every page, in order; the first they may is where they begin.
PLACES: tuple[tuple[str, str], ...] = (
    ("queue.show", "Queue"),
    ("seconds.show", "Second looks"),
    ("second_reads.show", "Blind reads"),
    ("figures.show", "Figures"),
    ("supervisor.show", "Supervisor"),
    ("labels.show", "Labels"),
)


def guard(app: Flask) -> None:
    """Ask before every listed page, and let the pages show where else this person may go."""
    app.before_request(_ask)
    app.context_processor(lambda: {"places": places})


def places(user: User) -> list[dict[str, Any]]:
    """Where a person may go, with the place they are at marked."""
    return [
        {"href": url_for(endpoint), "text": text, "here": request.blueprint == endpoint.split(".")[0]}
        for endpoint, text in PLACES
        if endpoint in current_app.view_functions and user.may(NEEDS[endpoint.split(".")[0]])
    ]


def _ask() -> Any:
    need = NEEDS.get(request.blueprint or "")
    if need is None:
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if me().may(need):
        return None
    home = places(me())
    if request.endpoint == "queue.show" and home:
        return redirect(home[0]["href"])
    title = "This page is not for your role" if home else "There are no pages for your role"
    return render_template("closed.html", title=title, me=me(), home=home), 403
