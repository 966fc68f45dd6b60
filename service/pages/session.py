"""Who is at the desk: signing in with a local account, and out again."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from service import users
from service.api import problems
from service.desk import Desk
from service.users import User

bp = Blueprint("session", __name__)


class Person(UserMixin):  # type: ignore[misc]
    """The signed-in account as Flask-Login wants it: the session mark is part of its id."""

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        return f"{self.user.session} {self.user.username}"


def configure(app: Flask, desk: Desk) -> None:
    """Set up sign-in: where to send strangers, and how cookies are kept."""
    app.config.update(
        SESSION_COOKIE_SECURE=desk.settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=desk.settings.session_minutes),
        # A page that polls must not keep a deserted desk signed in.
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        # The pages send no Referer, so over TLS it cannot be asked for: the token proves enough.
        WTF_CSRF_SSL_STRICT=False,
    )
    # Its context processor would ask the store who is there, also on the page that says it is away.
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = "strong"
    manager.unauthorized_handler(_to_sign_in)
    app.register_error_handler(CSRFError, worn_out)
    manager.user_loader(lambda ident: _person(desk, ident))


def desk() -> Desk:
    found: Desk = current_app.extensions["desk"]
    return found


def me() -> User:
    user: User = current_user.user
    return user


@bp.get("/sign-in")
def sign_in() -> Any:
    if current_user.is_authenticated:
        return redirect(url_for("queue.show"))
    return render_template("sign_in.html", error=None, provider=bool(desk().settings.oidc_issuer))


@bp.post("/sign-in")
def check() -> Any:
    if desk().settings.oidc_issuer:
        return abort(404)
    name, password = request.form.get("username", "")[:200], request.form.get("password", "")[:200]
    user = users.verify(desk().store, name, password)
    if user is None:
        return render_template(
            "sign_in.html", error="Enter a user name and password that belong together"
        ), 422
    cookie.clear()
    cookie.permanent = True
    login_user(Person(user))
    return redirect(safe_path(request.args.get("next", "")))


@bp.post("/sign-out")
@login_required
def sign_out() -> Response:
    users.sign_out(desk().store, me().username)
    logout_user()
    return redirect(url_for("session.sign_in"))


def worn_out(_error: CSRFError) -> Any:
    """A form that belongs to no live session. Of the two forms here nothing is lost: they are shown anew."""
    if request.endpoint == "session.sign_out":
        return redirect(url_for("session.sign_in"))
    if request.endpoint != "session.check":
        return problems.answer(400, "The form belongs to no live session.")
    says = "This page had been open for too long: sign in now"
    return render_template("sign_in.html", error=says, provider=bool(desk().settings.oidc_issuer)), 400


def _to_sign_in() -> Any:
    """A person is sent to sign in; a poll or a form is told, so that the page can say so and lose nothing."""
    if request.endpoint == "session.sign_out":
        return redirect(url_for("session.sign_in"))
    if request.headers.get("HX-Request") or request.method == "POST":
        return abort(401)
    return redirect(url_for("session.sign_in", next=request.full_path.rstrip("?")))


def _person(of: Desk, ident: str) -> Person | None:
    mark, _, username = ident.partition(" ")
    user = users.current(of.store, username, mark)
    return Person(user) if user else None


def safe_path(wanted: str) -> str:
    """Where someone was going: a path of this service alone, never another address."""
    # Tabs and line ends are left out on the way to a browser: "/<tab>/elsewhere" would become another host.
    safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if safe else url_for("queue.show")
