"""Where templates live, and how they are rendered.

In: a template's path and its fields. Out: text.

Templates of code, HTML and the rest use Jinja's own delimiters. LaTeX templates (`*.tex.jinja`) use
`<< >>`, `<% %>` and `<# #>`: doubled braces, a brace before a hash (`{#1}`) and a brace before a
percent sign at a line's end are ordinary LaTeX, while `<` stands there only between two formulas.
"""

import traceback
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symnet.errors import SpecError

if TYPE_CHECKING:
    from jinja2 import Environment

_LATEX = {
    "variable_start_string": "<<",
    "variable_end_string": ">>",
    "block_start_string": "<%",
    "block_end_string": "%>",
    "comment_start_string": "<#",
    "comment_end_string": "#>",
}
_ESCAPED = (".html.jinja", ".svg.jinja")


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
    from jinja2 import TemplateError

    # Anything may go wrong in a user's template; in symnet's own, only what Jinja itself reports.
    expected = TemplateError if overlay is None else Exception
    try:
        environment = _environment(template.endswith(".tex.jinja"), overlay)
        return environment.get_template(template).render(fields)
    except expected as error:
        folders = _folders(overlay)
        raise SpecError(f"template {_place(error, template, folders)}: {_reason(error)}") from error


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
    from jinja2 import FileSystemLoader, StrictUndefined

    delimiters: dict[str, Any] = _LATEX if latex else {}
    return _kind(overlay)(
        loader=FileSystemLoader(_folders(overlay)),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(_ESCAPED),
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        **delimiters,
    )


def _kind(overlay: Path | None) -> "type[Environment]":
    """Return what runs symnet's own templates, or the user's."""
    if overlay is None:
        from jinja2 import Environment

        return Environment
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment


def _place(error: Exception, template: str, folders: tuple[Path, ...]) -> str:
    """Return `file, line n` of the template where the error arose; Jinja puts both in traces."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or template}, line {error.lineno}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if any(Path(frame.filename).is_relative_to(folder) for folder in folders):
            return f"{frame.filename}, line {frame.lineno}"
    return template


def _reason(error: Exception) -> str:
    from jinja2 import TemplateError, TemplateNotFound

    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name}"
    text = " ".join(str(error).split())
    return text if isinstance(error, TemplateError) else f"{type(error).__name__}: {text}"
