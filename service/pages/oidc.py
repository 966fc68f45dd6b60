"""Signing in through the force's own identity provider: OpenID Connect, authorisation code with PKCE.

The provider's address, and which of its roles may do what, are the operator's settings: who is in no
named role is turned away. Where a provider is set, local accounts with passwords open nothing.
"""

from typing import Any
from urllib.parse import urljoin

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask import session as cookie
from flask_login import login_user
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from service import users
from service.pages.session import Person, desk, safe_path
from service.settings import Settings

bp = Blueprint("oidc", __name__)
SECONDS = 10.0
"""How long the provider may take to answer."""


def configure(app: Flask, settings: Settings) -> None:
    """Make the provider of the settings known to an application."""
    issuer = (settings.oidc_issuer or "").rstrip("/") + "/"
    OAuth(app).register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        server_metadata_url=urljoin(issuer, ".well-known/openid-configuration"),
        client_kwargs={
            "scope": settings.oidc_scope,
            "code_challenge_method": "S256",
            # A public client proves itself by PKCE alone.
            "token_endpoint_auth_method": "client_secret_basic" if settings.oidc_client_secret else "none",
            "default_timeout": SECONDS,
        },
    )
    app.register_blueprint(bp)


@bp.get("/sign-in/provider")
def start() -> Any:
    """Send the browser to the provider; where it was going is kept in its own cookie."""
    cookie["next"] = request.args.get("next", "")[:500]
    try:
        _known_issuer()
        return _provider().authorize_redirect(url_for("oidc.back", _external=True))
    except (RequestException, ValueError):
        return _refused("The sign-in service does not answer as it should. Try again in a minute.", 503)


@bp.get("/sign-in/provider/back")
def back() -> Any:
    """The browser comes back with a code; its owner is signed in, or told why not."""
    try:
        _known_issuer()
        claims = _provider().authorize_access_token().get("userinfo") or {}
    except (RequestException, ValueError):
        return _refused("The sign-in service does not answer as it should. Try again in a minute.", 503)
    except (OAuthError, JoseError):
        return _refused("The sign-in service did not confirm who you are. Start again.", 422)
    return _admitted(claims)


def _admitted(claims: dict[str, Any]) -> Response | tuple[str, int]:
    settings = desk().settings
    role = role_of(claims.get(settings.oidc_role_claim), settings.oidc_roles)
    if role is None:
        return _refused("Your account has no role here. Ask whoever looks after accounts for one.", 403)
    name = str(claims.get("preferred_username") or claims.get("email") or claims["sub"])
    try:
        user = users.admit(desk().store, f"{claims['iss']} {claims['sub']}", name, role)
    except ValueError as error:
        return _refused(f"You cannot sign in: {error}.", 403)
    return _welcome(user)


def _welcome(user: users.User) -> Response:
    going = cookie.get("next", "")
    cookie.clear()
    cookie.permanent = True
    login_user(Person(user))
    return redirect(safe_path(going))


def role_of(claim: object, roles: dict[str, str]) -> str | None:
    """The role of the first configured name that a claim (one name or a list) holds."""
    held = claim if isinstance(claim, list) else [claim]
    return next((role for name, role in roles.items() if name in held), None)


def _provider() -> Any:
    return current_app.extensions["authlib.integrations.flask_client"].create_client("provider")


def _known_issuer() -> None:
    """Raises ValueError where the provider calls itself something else than the operator does."""
    named = str(_provider().load_server_metadata().get("issuer", ""))
    if named.rstrip("/") != (desk().settings.oidc_issuer or "").rstrip("/"):
        raise ValueError("the provider names another issuer")


def _refused(why: str, status: int) -> tuple[str, int]:
    return render_template("sign_in.html", error=why, provider=True), status
