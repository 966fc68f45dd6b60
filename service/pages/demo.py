"""A reporting form to show the product with, at `/demo/report`: a force has a form of its own.

Laws: what is written is assessed when the person presses Continue and never before, and nothing of it
is kept until they send it; nothing keeps them from sending; with `public_display: suppress`, no page
shows more than its ordinary, quiet self. It sets no cookie, so that nothing is left in the browser.
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from service import clock, switches
from service import desk as desks
from service.api.forms import MAX_TEXT
from service.cases import RefTaken, Sent
from service.pages.session import desk
from service.store.store import Unavailable
from triage_model.types import Decision, Grade, Report

bp = Blueprint("demo", __name__, url_prefix="/demo/report")

QUESTIONS = {
    "happening_now": "Is it happening now?",
    "in_danger": "Is anyone in danger?",
    "injured": "Is anyone hurt?",
    "weapon": "Is there a weapon?",
    "offender_present": "Is whoever did it still there, or nearby?",
}
CONTACT = "wants_contact"
SAID = {"yes": "Yes", "no": "No", "unknown": "I do not know"}
ABOUT = (
    *("A crime", "Antisocial behaviour", "Abuse or violence at home", "Someone I am worried about"),
    *("Something on the road", "Fraud or something online", "Information about someone", "Something else"),
)
# No letters or figures that are taken for one another when read out.
_LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"
_REF = re.compile(rf"DEMO-[{_LETTERS}]{{6}}")


@bp.get("")
def start() -> str:
    return _page("questions")


@bp.post("")
def questions() -> str:
    """The first step again, with what was answered."""
    return _page("questions")


@bp.post("/text")
def text() -> str:
    return _page("text")


@bp.post("/check")
def check() -> Any:
    """Continue was pressed: now, and not before, what was written is assessed."""
    if len(_text()) > MAX_TEXT:
        return _page("text", too_long=len(_text())), 422
    decision = _assessed()
    quiet = decision.public_display == "suppress"
    urgent = decision.grade == Grade.EMERGENCY and not quiet
    return _page("urgent" if urgent else "check", advice=[] if quiet else _advice(decision), ref=_new_ref())


@bp.post("/send")
def send() -> Any:
    """Take the report in. The same page sent twice is one report: its reference came with it."""
    if len(_text()) > MAX_TEXT:
        return _page("text", too_long=len(_text())), 422
    given = request.form.get("ref", "")
    ref = given if _REF.fullmatch(given) else _new_ref()
    try:
        made = _received(ref)
    except RefTaken:
        ref = _new_ref()
        made = _received(ref)
    except Unavailable:
        return _page("check", failed=True, advice=[], ref=ref), 503
    quiet = made["public_display"] == "suppress"
    return _page("sent", ref=ref, quiet=quiet, urgent=made["grade"] == Grade.EMERGENCY and not quiet)


@bp.get("/text")
@bp.get("/check")
@bp.get("/send")
def again() -> Any:
    """A step that was reached without what came before it."""
    return redirect(url_for("demo.start"))


def _received(ref: str) -> dict[str, Any]:
    made, _new = desks.receive(desk(), ref, Sent(_text(), _asked()), by="demo form")
    return made


def _assessed() -> Decision:
    report = Report(_text(), received_at=clock.moment(clock.now()), **_asked())
    try:
        alone = switches.rules_only(desk().store)
    except Unavailable:
        alone = False
    return desk().assessor.decide(report, rules_only=alone)


def _advice(decision: Decision) -> list[str]:
    """What else may help, in the policy's words; how to ring 999 has its own place on each page."""
    at = desk().triage
    own = ("CALL_999", "SILENT_55", "TEXT_999")
    says = [at.policy.advice[code] for code in decision.public_advice if code not in own]
    posts = [at.signposts.named(code) for code in decision.signposts]
    return [*says, *(post.says for post in posts if post is not None)]


def _text() -> str:
    return request.form.get("text", "").replace("\r\n", "\n").replace("\0", "")


def _asked() -> dict[str, Any]:
    """Answers and category as the API takes them; what was left out is left out."""
    form: Mapping[str, str] = request.form
    answers = {name: form[name] for name in (*QUESTIONS, CONTACT) if form.get(name) in SAID}
    about = form.get("about", "")
    return ({"answers": answers} if answers else {}) | ({"category": about} if about in ABOUT else {})


def _new_ref() -> str:
    return "DEMO-" + "".join(secrets.choice(_LETTERS) for _ in range(6))


def _page(step: str, **shown: Any) -> str:
    kept = _asked()
    return render_template(
        f"demo/{step}.html",
        questions=QUESTIONS,
        contact=CONTACT,
        said=SAID,
        about=ABOUT,
        answers=kept.get("answers", {}),
        category=kept.get("category", ""),
        text=_text(),
        most=MAX_TEXT,
        advised=desk().triage.policy.advice,
        **shown,
    )
