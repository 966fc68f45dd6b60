"""The pages that handlers work in: thin views over `inbox` and `handling`."""

import secrets

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from service.desk import Desk
from service.pages import (
    acts,
    demo,
    doors,
    figures,
    headers,
    labels,
    oidc,
    queue,
    report,
    second_reads,
    seconds,
    session,
    strip,
    supervisor,
    training,
    trouble,
    words,
)

BLUEPRINTS = (
    *(session.bp, strip.bp, queue.bp, report.bp, acts.bp, seconds.bp, training.bp),
    *(second_reads.bp, figures.bp, supervisor.bp, labels.bp),
)


def register(app: Flask) -> None:
    """Add the pages, their sign-in and their protections to an application."""
    desk: Desk = app.extensions["desk"]
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([PackageLoader("service"), macros])
    app.jinja_env.filters |= words.FILTERS
    # Without a configured key each start has its own: sessions then end with the process.
    app.secret_key = desk.settings.secret_key or secrets.token_hex(32)
    session.configure(app, desk)
    csrf = CSRFProtect(app)
    for part in app.blueprints.values():
        csrf.exempt(part)
    for part in BLUEPRINTS:
        app.register_blueprint(part)
    if desk.settings.demo:
        # Without a session there is nothing to protect, and a worn-out token must not stop a report.
        csrf.exempt(demo.bp)
        app.register_blueprint(demo.bp)
    if desk.settings.oidc_issuer:
        oidc.configure(app, desk.settings)
    doors.guard(app)
    strip.add(app)
    training.add(app)
    headers.add(app)
    trouble.add(app)
