"""One report: what a handler must see on it, and what must never happen there."""

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Desk, Window

pytestmark = pytest.mark.browser

WATCHED = "please dont ring me he checks my phone. he hit me again last night and took my keys"
MISSING = "my daughter aged 12 is missing since 4pm from Braunstone park"
TRICKS = "<b>bold</b> &amp; <script>window.owned=1</script> \u202elive\u202c ze\u200bro \u2066iso\u2069"


@pytest.fixture(scope="module", autouse=True)
def sent(desk: Desk) -> None:
    answers = {"happening_now": "no", "wants_contact": "no"}
    desk.api.send(
        "R-1", WATCHED, answers=answers, reporter_key="k-r", prior_contacts_90d=4, category="Domestic"
    )
    desk.api.send("R-2", MISSING)
    desk.api.add_message("R-2", "m1", "still no word and it is getting dark")
    desk.api.add_message("R-2", "m2", "she's home now, sorry")
    desk.api.send("R-3", TRICKS, reporter_key="k-r")
    desk.api.send("R-4", f"{MISSING}, have you any news of her")
    desk.api.send("R-5", "he does not have a knife and nobody is hurt, the bins were set alight last year")


def test_contact_caution_stands_first_and_says_how_to_reach_the_person(page: Page) -> None:
    page.goto("/reports/R-1")
    caution = page.get_by_role("region", name="Contact with caution")
    expect(caution).to_contain_text("Do not ring, text, write")
    expect(caution.locator("q").first).to_contain_text("please dont ring me")
    expect(caution).to_contain_text("they do not want contact")
    above = page.evaluate(
        "document.querySelector('.desk-caution').compareDocumentPosition(document.querySelector('h1')) & 4"
    )
    assert above
    expect(page.locator(".desk-facts").first).to_contain_text("4 (three or more: read with care)")
    expect(page.get_by_text("never show it on their screen")).to_be_visible()


def test_reasons_stand_under_thrive_headings_with_the_words(page: Page) -> None:
    page.goto("/reports/R-1")
    headings = page.locator(".desk-heading").all_inner_texts()
    assert (
        headings.index("Threat")
        < headings.index("Vulnerability")
        < headings.index("Not said: ask, if it is safe to")
    )
    expect(page.locator(".desk-reasons").first).to_contain_text("he checks my phone")


def test_a_correction_is_pinned_before_other_messages_and_lowers_nothing(page: Page) -> None:
    page.goto("/reports/R-2")
    pins = page.locator(".desk-pin")
    expect(pins).to_have_count(2)
    expect(pins.first).to_contain_text("This may correct the report")
    expect(pins.first).to_contain_text("she's home now")
    expect(page.locator("h1 .grade")).to_contain_text("1 Emergency")
    expect(page.locator(".desk-history")).to_contain_text("after a message")


def test_what_was_set_aside_says_why(page: Page) -> None:
    page.goto("/reports/R-5")
    expect(page.get_by_text("Set aside: check that this is right")).to_be_visible()
    expect(page.locator("mark.hit--aside").first).to_be_visible()
    expect(page.locator(".desk-reasons").last).to_contain_text("Set aside because")


def test_kinds_of_evidence_are_told_apart_without_colour(page: Page) -> None:
    page.goto("/reports/R-5")
    looks = [
        page.locator(f".desk-key .hit--{kind}").evaluate("e => getComputedStyle(e).borderBottomStyle")
        for kind in ("rule", "aside", "model")
    ]
    assert looks == ["solid", "dashed", "dotted"]


def test_possibly_linked_reports_are_named_and_not_merged(page: Page) -> None:
    page.goto("/reports/R-1")
    expect(page.locator(".desk-links")).to_contain_text("R-3")
    expect(page.locator(".desk-links")).to_contain_text("same reporter")
    page.goto("/reports/R-4")
    expect(page.locator(".desk-links")).to_contain_text("R-2")
    expect(page.locator(".desk-links")).to_contain_text("much the same words")


def test_who_opened_it_is_shown(page: Page, window: Window) -> None:
    other = window("hugo")
    other.goto("/reports/R-4")
    page.goto("/reports/R-4")
    expect(page.get_by_role("region", name="Who opened it")).to_contain_text("hugo: 1 time, last")


def test_tricks_in_a_text_show_as_typed_and_run_nothing(page: Page) -> None:
    page.goto("/reports/R-3")
    assert page.locator(".desk-text").evaluate("e => e.textContent") == TRICKS
    assert page.locator(".desk-text script, .desk-text b").count() == 0
    assert page.evaluate("window.owned") is None
    names = page.locator(".unseen").evaluate_all("all => all.map(e => e.dataset.code)")
    assert names == ["U+202E", "U+202C", "U+200B", "U+2066", "U+2069"]
    seen = page.locator(".unseen").first.evaluate("e => getComputedStyle(e, '::before').content")
    assert seen == '"U+202E"'
    # The letters after a mark that turns them stand in the order in which they were typed.
    assert page.locator(".desk-text").evaluate(
        """e => { const text = [...e.childNodes].find(n => n.textContent.includes('live')), range = document.createRange();
        const left = (at) => { range.setStart(text, at); range.setEnd(text, at + 1); return range.getBoundingClientRect().left; };
        const first = text.textContent.indexOf('live'); return left(first) < left(first + 3); }"""
    )


def test_a_planted_script_is_inert_under_the_policy(page: Page) -> None:
    page.goto("/reports/R-3")
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.owned = 1'; document.body.append(s)"
    )
    page.evaluate(
        "const i = document.createElement('img'); i.setAttribute('onerror', 'window.owned = 1'); i.src = 'x:'; document.body.append(i)"
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.owned") is None


def test_a_printed_report_holds_the_report_and_no_buttons(page: Page) -> None:
    page.goto("/reports/R-1")
    page.emulate_media(media="print")
    expect(page.locator(".desk-text").first).to_be_visible()
    expect(page.locator(".desk-caution")).to_be_visible()
    expect(page.locator(".desk-history")).to_be_visible()
    for hidden in (".desk-header", "#strip", ".desk-acts", "#decide", "#hand-over"):
        expect(page.locator(hidden).first).to_be_hidden()
