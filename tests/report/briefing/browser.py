"""A real browser for pages: Chromium of the distribution, driven by Playwright.

Where one of the two is missing the tests are skipped with a word; with ``SIM_BROWSER=required`` (as CI sets it once it has
installed Chromium) they fail instead.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


class Opened:
    """A page that is open, with what it said and asked for."""

    def __init__(self, page: Any) -> None:
        self.page, self.said, self.asked = page, [], []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def go(self, path: Path, fragment: str = "") -> Any:
        """Open a file and wait until its controls work."""
        self.page.goto(path.as_uri() + fragment)
        until(self.page, "document.querySelector('#argue-form') && !document.querySelector('#argue-form').disabled")
        return self.page


def until(page: Any, expression: str, seconds: float = 30.0) -> None:
    """Wait until a JavaScript expression holds.

    Playwright's ``wait_for_function`` asks again from inside the page by ``eval``, which the page's policy forbids: it works
    only where the expression holds at once.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never so: {expression}"
        page.wait_for_timeout(50)


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the browser, or skip the test."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright for Python is not installed")
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        missing(f"no browser: none of {', '.join(NAMES)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


def missing(what: str) -> None:
    """Skip, or fail where a browser is required."""
    if os.environ.get("SIM_BROWSER") == "required":
        pytest.fail(what)
    pytest.skip(what)


@contextmanager
def opened(browser: Any, **look: Any) -> Iterator[Opened]:
    """Yield a page of its own; `look` as for Playwright's ``new_context``."""
    context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **look})
    try:
        yield Opened(context.new_page())
    finally:
        context.close()
