"""When the pages cannot do what was asked: a page that says what is so and what to do next.

Law: what was typed is given back, whatever went wrong; and a page of trouble asks the store for nothing
when the store may be the trouble. The API's handlers decide the status, here it is put into words.
"""

from dataclasses import dataclass

from flask import Flask, Response, current_app, render_template, request, url_for
from flask_login import current_user

from service.api import problems
from service.pages.session import me
from service.store.store import Unavailable
from service.users import User

# What programs ask for: these answer with problem+json always.
PROGRAMS = ("/v1/", "/livez", "/readyz", "/openapi.json", "/docs")
# Fields in which people write. A password is none of them.
WRITTEN = ("note", "words", "reason", "review_words", "text")


@dataclass(frozen=True)
class Trouble:
    """What is said of one kind of trouble, to someone at the desk."""

    title: str
    says: str


SIGNED_OUT = "The page was open from before you last signed in or out, so what it sent was not taken."
TROUBLES = {
    400: Trouble("Nothing was saved", SIGNED_OUT),
    401: Trouble("Nothing was saved", "You are signed out. Sign in, then do it again."),
    404: Trouble("There is nothing at this address", "Check the address, or start again from the queue."),
    405: Trouble("There is nothing to show at this address", "Forms are sent to it. Nothing was changed."),
    413: Trouble("Nothing was saved", "What you wrote is too long. Go back, shorten it and save it again."),
    503: Trouble(
        "The records cannot be reached",
        "What you did last was not saved. Reports that were taken in before are safe. Until this is over, "
        "no new report can be shown and no alarm can ring here. If it lasts, tell whoever runs the service.",
    ),
}
OTHER = Trouble(
    "Something went wrong",
    "The mistake is ours and is in the log. Look whether what you did last was saved before you do it again.",
)


def add(app: Flask) -> None:
    """Let every answer that says no, at an address of the pages, be a page."""
    app.after_request(_as_page)


def _as_page(response: Response) -> Response:
    if response.mimetype == problems.MEDIA_TYPE and _for_a_person():
        response.set_data(_page(response.status_code))
        response.mimetype = "text/html"
    return response


def _for_a_person() -> bool:
    """Polls are answered shortly: the page they belong to says what is wrong."""
    if request.path.startswith(PROGRAMS) or "HX-Request" in request.headers:
        return False
    return request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html") == "text/html"


def _page(status: int) -> str:
    # A body that is too large is not read again.
    form = {} if status == 413 else request.form.to_dict()
    written = [form[name] for name in WRITTEN if form.get(name, "").strip()]
    if request.path.startswith("/demo") and "demo" in current_app.blueprints:
        return render_template("demo/trouble.html", status=status, form=form, written=written)
    shown = {"trouble": TROUBLES.get(status, OTHER), "written": written, "way": _way(status)}
    try:
        return render_template("trouble.html", me=_person(status), **shown)
    except Unavailable:
        return render_template("trouble.html", me=None, **shown)


def _person(status: int) -> User | None:
    return me() if status < 500 and current_user.is_authenticated else None


def _way(status: int) -> tuple[str, str]:
    """Where to go from here, and what that is called."""
    ref = (request.view_args or {}).get("ref")
    if ref and request.method == "POST":
        return url_for("report.show", ref=ref), "Open the report again"
    if status >= 500 and request.method == "GET":
        return request.full_path.rstrip("?"), "Load this page again"
    return url_for("queue.show"), "Go to the queue"
