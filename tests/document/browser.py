"""A headless Chromium for the tests, watched: what it complains about and what it asks for.

In: the text of a page. Out: Visit.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


@dataclass
class Visit:
    """A page that is open; ``complaints``: what its console said; ``requests``: what it fetched."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", lambda one: self.complaints.append(one.text))
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))

        def refuse(route: Route) -> None:
            url = route.request.url
            if url.startswith("file:") and not self.requests:
                route.continue_()
            else:
                route.abort()
            self.requests.append(url)

        self.page.route("**", refuse)

    def run(self, script: str, argument: Any = None) -> Any:
        """Evaluate JavaScript in the page; it comes from outside, so no policy forbids it."""
        return self.page.evaluate(script, argument)

    @cached_property
    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(
            self.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )

    def texts(self, selector: str) -> list[str]:
        """Return the text of every element that fits."""
        return [str(one) for one in self.page.locator(selector).all_text_contents()]

    def roles(self) -> list[str]:
        """Return the roles in the accessibility tree."""
        session = self.page.context.new_cdp_session(self.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        return [one["role"]["value"] for one in nodes if not one["ignored"] and "role" in one]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; as root, as in CI, it runs without its own sandbox."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if root else []
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser, file: Path, width: int = 1280, **settings: Any) -> Iterator[Visit]:
    """Open a file in a window of its own."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
    try:
        found = Visit(context.new_page())
        found.watch()
        found.page.goto(file.as_uri())
        yield found
    finally:
        context.close()
