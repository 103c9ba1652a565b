"""The fonts of pages that need nothing beside them.

In: files of symnet/fonts. Out: text for a style sheet.
"""

from base64 import b64encode
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "fonts"


@cache
def fonts() -> dict[str, str]:
    """Return every font of a page in base 64, by its name."""
    return {
        name: b64encode((FOLDER / f"{name}.woff2").read_bytes()).decode()
        for name in ("math", "text", "heading")
    }
