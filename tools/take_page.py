"""Take the README's first picture, docs/page.png: the page that a build writes, in Chromium.

In: generated/notebook/html/derivation.html. Out: docs/page.png, pointing at w3.

    pip install pillow playwright && python tools/take_page.py

The page says which lines of code compute what, so the picture is taken again when they move.
"""

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "generated/notebook/html/derivation.html"
PICTURE = ROOT / "docs/page.png"
SIZE = {"width": 1280, "height": 600}
ABOVE = 36  # pixels above the heading
# So few that the picture stays small, so many that no edge shows it.
COLOURS = 128


def pointed_at(page: Page, name: str) -> bytes:
    """Bring a weight's section to the top, point at the weight, and take the picture."""
    page.goto(PAGE.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = false))")
    top = page.evaluate(f"document.getElementById('of-{name}').getBoundingClientRect().top")
    page.evaluate(f"window.scrollTo({{ top: {top} - {ABOVE}, behavior: 'instant' }})")
    page.locator(f"svg [data-p={name}]").first.hover(force=True)
    page.wait_for_timeout(500)
    return page.screenshot()


with sync_playwright() as player:
    browser = player.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox"]
    )
    taken = pointed_at(browser.new_page(viewport=SIZE), "w3")
    browser.close()
image = Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
image.save(PICTURE, optimize=True)
print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size} bytes")
