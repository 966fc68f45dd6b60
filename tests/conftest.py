"""One Chromium for all tests that need to look: playwright may be started once in a run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import browser as chromium

# As browsers that people use do it; a headless one would let any page sound.
SOUND_NEEDS_A_PRESS = "--autoplay-policy=document-user-activation-required"


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium.path()
        opened = playwright.chromium.launch(executable_path=path, args=[*chromium.FLAGS, SOUND_NEEDS_A_PRESS])
        yield opened
        opened.close()
