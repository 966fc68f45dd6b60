"""The demonstration form, as people in trouble come to it: on a phone, in a hurry, watched, without scripts."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from service import inbox
from service.store.store import Unavailable
from tests.pages.served import Served, served

MACHETE = "there is a man outside the shop waving a machete, people are running"
WATCHED = "he is in the next room and he has a knife, i cant talk, he checks my phone, please dont ring back"
BIKE = "my bike was stolen from outside the library last week\n\nit was green"
AWAY = "https://www.bbc.co.uk/weather"
PHONE = {"width": 375, "height": 700}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("demo")) as shown:
        yield shown


@pytest.fixture
def page(chrome: Browser, at: Served) -> Iterator[Page]:
    context = chrome.new_context(viewport=PHONE)  # type: ignore[arg-type]
    context.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def written(page: Page, at: Served, text: str) -> None:
    """As far as the free text."""
    page.goto(f"{at.url}/demo/report")
    press(page, "Continue")
    page.get_by_label("What happened").fill(text)


def press(page: Page, name: str) -> None:
    """Press a button and wait until the page that it leads to is whole."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def reference(page: Page) -> str:
    return page.locator(".form-ref").inner_text()


def stored(at: Served, ref: str) -> inbox.Opened:
    return inbox.look(at.desk, at.people["sam"], ref)


def test_an_emergency_is_told_how_to_ring_and_may_still_be_sent(page: Page, at: Served) -> None:
    written(page, at, MACHETE)
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ring 999 if it is safe to")
    for way in ("press 55", "text 999", "Relay UK"):
        expect(page.get_by_text(way)).to_be_visible()
    assert page.get_by_role("button", name="Ring 999").get_attribute("href") == "tel:999"
    press(page, "Send my report")
    assert stored(at, reference(page)).parts[0].text == MACHETE


def test_answers_alone_can_tell_of_an_emergency(page: Page, at: Served) -> None:
    page.goto(f"{at.url}/demo/report")
    for name in ("happening_now", "in_danger", "weapon"):
        page.locator(f"#{name}-yes").check()
    press(page, "Continue")
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Ring 999")).to_be_visible()
    press(page, "Send my report")
    assert stored(at, reference(page)).asked["answers"]["weapon"] == "yes"


def test_who_is_watched_sees_only_the_ordinary_page(page: Page, at: Served) -> None:
    written(page, at, BIKE)
    press(page, "Continue")
    ordinary = page.locator("main").inner_text()
    written(page, at, WATCHED)
    press(page, "Continue")
    assert page.locator("main").inner_text() == ordinary
    assert page.title() == "Send your report - Report online"
    for word in ("999", "55", "knife"):
        expect(page.locator("main")).not_to_contain_text(word, use_inner_text=True)
    page.get_by_text("Other ways to reach us").click()
    expect(page.get_by_text("press 55")).to_be_visible()
    press(page, "Send my report")
    expect(page.locator(".govuk-panel")).to_have_count(0)
    largest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('main *')].map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert largest <= 24
    assert "contact_caution" in stored(at, reference(page)).item.flags


def test_nothing_is_asked_of_the_server_while_someone_types(page: Page, at: Served) -> None:
    page.goto(f"{at.url}/demo/report")
    press(page, "Continue")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("What happened")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("What happened").press_sequentially(MACHETE[:30])
    page.wait_for_timeout(300)
    assert asked == []


def test_nothing_is_kept_before_it_is_sent(page: Page, at: Served) -> None:
    before = inbox.counts(at.desk, at.people["sam"])
    written(page, at, MACHETE)
    press(page, "Continue")
    press(page, "Change what I wrote")
    assert page.get_by_label("What happened").input_value() == MACHETE
    assert inbox.counts(at.desk, at.people["sam"]) == before


@pytest.mark.parametrize("step", ["questions", "text", "urgent", "sent"])
def test_escape_leaves_at_once_from_every_step(page: Page, at: Served, step: str) -> None:
    page.goto(f"{at.url}/demo/report")
    if step != "questions":
        written(page, at, MACHETE)
    for name in {"urgent": ["Continue"], "sent": ["Continue", "Send my report"]}.get(step, []):
        press(page, name)
    expect(page).to_have_title(
        re.compile({"questions": "Tell us", "text": "words", "urgent": "Ring", "sent": "Sent"}[step])
    )
    page.keyboard.press("Escape")
    page.wait_for_url(AWAY)
    expect(page.locator("body")).to_have_text("weather")


def test_the_button_leaves_and_back_does_not_show_what_was_written(page: Page, at: Served) -> None:
    written(page, at, MACHETE)
    page.locator(".govuk-exit-this-page__button").click()
    page.wait_for_url(AWAY)
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("machete")


def test_an_empty_report_can_be_sent(page: Page, at: Served) -> None:
    written(page, at, "")
    press(page, "Continue")
    press(page, "Send my report")
    assert stored(at, reference(page)).parts[0].text == ""


def test_all_of_it_works_without_javascript(chrome: Browser, at: Served) -> None:
    context = chrome.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{at.url}/demo/report")
    page.locator("#injured-no").check()
    page.get_by_label("What is it about?").select_option("A crime")
    press(page, "Continue")
    page.get_by_label("What happened").fill(BIKE)
    press(page, "Back")
    assert page.locator("#injured-no").is_checked()
    press(page, "Continue")
    press(page, "Continue")
    page.get_by_text("Other ways to reach us").click()
    press(page, "Send my report")
    opened = stored(at, reference(page))
    assert opened.parts[0].text == BIKE
    assert opened.asked == {"answers": {"injured": "no"}, "category": "A crime"}
    assert page.locator(".govuk-exit-this-page__button").get_attribute("href") == AWAY
    context.close()


def test_the_same_page_sent_twice_is_one_report(at: Served) -> None:
    client = at.app.test_client()
    sent = {"text": BIKE, "ref": "DEMO-ABC346"}
    assert all("DEMO-ABC346" in client.post("/demo/report/send", data=sent).text for _ in range(2))
    other = client.post("/demo/report/send", data=sent | {"text": MACHETE}).text
    assert "DEMO-ABC346" not in other
    assert stored(at, "DEMO-ABC346").parts[0].text == BIKE


def test_a_report_that_cannot_be_taken_is_not_lost(at: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_given: object, **_named: object) -> None:
        raise Unavailable("gone")

    monkeypatch.setattr("service.desk.receive", away)
    answer = at.app.test_client().post("/demo/report/send", data={"text": BIKE, "ref": "DEMO-QQQQQQ"})
    assert answer.status_code == 503
    assert "has not been sent" in answer.text
    assert "it was green" in answer.text


def test_too_much_text_is_given_back_with_its_length(at: Served) -> None:
    for step in ("check", "send"):
        answer = at.app.test_client().post(f"/demo/report/{step}", data={"text": "a" * 20_001})
        assert answer.status_code == 422
        assert "20001 characters" in answer.text
        assert "a" * 20_001 in answer.text


def test_a_step_without_the_one_before_goes_to_the_start(at: Served) -> None:
    for step in ("text", "check", "send"):
        assert at.app.test_client().get(f"/demo/report/{step}").headers["Location"] == "/demo/report"


def test_there_is_no_form_unless_the_demo_is_on(tmp_path_factory: pytest.TempPathFactory) -> None:
    with served(tmp_path_factory.mktemp("plain"), demo=False) as plain:
        assert plain.app.test_client().get("/demo/report").status_code == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_any_step(chrome: Browser, at: Served, scheme: str) -> None:
    for size in (PHONE, {"width": 1280, "height": 800}):
        context = chrome.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        written(page, at, MACHETE)
        _clean(page, scheme)
        for name in ("Continue", "Send my report"):
            press(page, name)
            _clean(page, name)
        page.goto(f"{at.url}/demo/report")
        _clean(page, "start")
        context.close()


def _clean(page: Page, step: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, (step, found.generate_report())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), step
