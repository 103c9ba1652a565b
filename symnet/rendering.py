"""Where templates live, and how they are rendered.

In: a template's path and its fields. Out: text.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from symnet.errors import SpecError

if TYPE_CHECKING:
    from jinja2 import Environment


def template_folder() -> Path:
    """Return symnet's own templates: inside an installed package, beside it in a checkout."""
    inside = Path(__file__).parent / "templates"
    return inside if inside.is_dir() else inside.parents[1] / "templates"


def render(template: str, /, *, overlay: Path | None = None, **fields: object) -> str:
    """Render a template such as `code/python/module.py.jinja`.

    A template of the same path in the user's folder ``overlay`` comes first; with an overlay
    everything runs in Jinja's sandbox, which hides private attributes and changes nothing.

    Raises:
        SpecError: the template is missing, malformed, or uses a variable it is not given.
    """
    from symnet import environments

    environment = _environment(template.endswith(".tex.jinja"), overlay)
    return environments.render(environment, template, fields)


def templates_digest(overlay: Path | None = None) -> str:
    """Return a SHA-256 over path and content of every template that could be used."""
    digest = sha256()
    for folder in _folders(overlay):
        for path in sorted(folder.rglob("*.jinja")):
            content = sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _folders(overlay: Path | None) -> tuple[Path, ...]:
    if overlay is None:
        return (template_folder(),)
    if not overlay.is_dir():
        raise SpecError(f"template folder {overlay}: there is no such folder")
    return (overlay, template_folder())


@lru_cache
def _environment(latex: bool, overlay: Path | None) -> "Environment":
    from symnet import environments

    return environments.environment(_folders(overlay), latex, own=overlay is None)
