"""A real Chromium for the tests of pages; the one of the system, so that nothing is downloaded."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@contextmanager
def started_browser() -> "Iterator[Browser]":
    """A headless browser; skips the tests that ask for it where there is none."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium, or name its program in the variable CHROMIUM")
    from playwright.sync_api import sync_playwright

    # Without a sandbox, because tests run as root in containers; the pages are our own.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments, timeout=120_000)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched_pages(browser: "Browser", folder: Path) -> "Iterator[Callable[..., Opened]]":
    """What opens the text of a page; at the end no page may have complained or tried to load anything.

    The function takes the text, what stands in the address after the file, and the options of a browser context.
    """
    contexts = []
    pages: list[Opened] = []

    def open_page(text: str, hash_: str = "", **options: Any) -> Opened:
        file = folder / "page.html"
        file.write_bytes(text.encode("utf-8", "replace"))
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        pages.append(Opened(page, scripts=options.get("java_script_enabled") is not False))
        pages[-1].go(file, hash_)
        return pages[-1]

    yield open_page
    for page in pages:
        assert page.complaints == []
        assert [url for url in page.requests if not url.startswith(("file:", "data:image/"))] == []
        assert len({url.partition("#")[0] for url in page.requests if url.startswith("file:")}) == 1
    for context in contexts:
        context.close()


def serious_faults(page: "Opened") -> list[tuple[str, str]]:
    """The serious and critical faults that axe-core finds in a page, each with the element."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    found = Axe().run(page.page).response["violations"]
    faults = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    return [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in faults]


class Opened:
    """A page that is open, with all that it complained about and all that it tried to load."""

    def __init__(self, page: "Page", *, scripts: bool = True) -> None:
        self.page = page
        self._scripts = scripts
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self.requests.append(request.url))

    def go(self, file: Path, hash_: str = "") -> None:
        """Open a file, and wait until it has been drawn."""
        self.page.goto(file.as_uri() + hash_)
        self.settle()

    def settle(self) -> None:
        """Wait until what was asked for has been drawn."""
        if self._scripts:  # without them nothing is drawn later, and no timer of the page ever fires
            self.page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done)))")

    def visible(self, selector: str) -> list[str]:
        """The first lines of all visible elements that a selector names."""
        script = "(parts) => parts.filter((part) => part.checkVisibility()).map((part) => part.id || part.textContent)"
        found: list[str] = self.page.eval_on_selector_all(selector, script)
        return [text.strip().splitlines()[0] for text in found]
