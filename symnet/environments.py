"""How templates are found, delimited and run, and what is said of one that does not work.

In: folders of templates. Out: Environment; SpecError.

Templates of code, HTML and the rest use Jinja's own delimiters. LaTeX templates (`*.tex.jinja`) use
`<< >>`, `<% %>` and `<# #>`: doubled braces, a brace before a hash (`{#1}`) and a brace before a
percent sign at a line's end are ordinary LaTeX, while `<` stands there only between two formulas.
"""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.loaders import split_template_path

from symnet.errors import SpecError
from symnet.sandbox import Sandbox, Unknown, UnknownError

_LATEX = {
    "variable_start_string": "<<",
    "variable_end_string": ">>",
    "block_start_string": "<%",
    "block_end_string": "%>",
    "comment_start_string": "<#",
    "comment_end_string": "#>",
}
_ESCAPED = (".html.jinja", ".svg.jinja")


def environment(folders: tuple[Path, ...], latex: bool, own: bool) -> Environment:
    """Return what runs templates: symnet's own as Jinja does, a user's in the sandbox."""
    delimiters: dict[str, Any] = _LATEX if latex else {}
    return (Environment if own else Sandbox)(
        loader=Loader(folders),
        undefined=Unknown,
        autoescape=lambda name: name is not None and name.endswith(_ESCAPED),
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        **delimiters,
    )


def render(environment: Environment, template: str, fields: dict[str, object]) -> str:
    """Render a template; see symnet.rendering."""
    # Anything may go wrong in a user's template; in symnet's own, only what Jinja itself reports.
    expected = Exception if isinstance(environment, Sandbox) else TemplateError
    try:
        text = environment.get_template(template).render(fields)
        text.encode()  # what is called without being printed may return half a surrogate pair
    except SpecError:
        raise
    except expected as error:
        place = _place(error, template, environment)
        raise SpecError(f"template {place}: {_reason(error)}") from error
    return text


class Loader(BaseLoader):
    """Takes each template from the first folder that has it; ``paths``: where it found them."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = folders
        self.paths: dict[str, str] = {}

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        path = self._found(template)
        self.paths[template] = str(path)
        text = _read(path)
        return text, str(path), lambda: _read(path) == text

    def _found(self, template: str) -> Path:
        for folder in self.folders:
            path = folder.joinpath(*split_template_path(template))
            if path.exists() or path.is_symlink():
                return path
        raise TemplateNotFound(template)


def _read(path: Path) -> str:
    """Read a template, without the mark that some editors put at the head of UTF-8."""
    if not path.is_file():
        raise SpecError(f"template {path}: it is not a file")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SpecError(f"template {path}, line {line}: it is not UTF-8") from error
    except OSError as error:
        raise SpecError(f"template {path}: {error.strerror}") from error


def _place(error: Exception, template: str, environment: Environment) -> str:
    """Return `file, line n` of the template where the error arose; Jinja puts both in traces."""
    paths = environment.loader.paths if isinstance(environment.loader, Loader) else {}
    if isinstance(error, TemplateSyntaxError):
        name = error.name or template  # where a tag is not closed, that is the path
        return f"{error.filename or paths.get(name, name)}, line {error.lineno}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename in paths.values():
            line = error.line if isinstance(error, UnknownError) else frame.lineno
            return f"{frame.filename}, line {line}"
    return paths.get(template, template)


def _reason(error: Exception) -> str:
    """Say what is wrong, in one line that is not too long to read."""
    if isinstance(error, TemplateNotFound):
        reason = f"there is no template {error.name}"
    elif isinstance(error, TemplateError):
        reason = str(error)
    else:
        reason = f"{type(error).__name__}: {error}".removesuffix(": ")
    line = " ".join(reason.split())
    return line if len(line) <= 200 else f"{line[:200]} ..."
