"""The house keeps its plan: imports run one way, and one name stands in four places."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from symnet.document.options import SLIDES

ROOT = Path(__file__).parents[1]
# What each room of symnet/ may import; a room is a folder or a file directly below it.
MAY_IMPORT = {
    "errors": "",
    "rendering": "environments errors",
    "environments": "sandbox errors",
    "sandbox": "",
    "files": "errors",
    "manifest": "files",
    "outputs": "manifest files errors",
    "model": "errors",
    "derive": "model errors",
    "emit": "derive model rendering files errors",
    "check": "emit derive model errors",
    "document": "check emit derive model rendering files errors",
    "doctor": "",
    "progress": "",
    "streams": "errors",
    "pipeline": "document check emit derive model rendering outputs files errors",
    "marking": "pipeline document check model files errors",
    "building": "marking doctor progress pipeline document emit derive model rendering outputs "
    "files errors",
    "collector": "",
    "pool": "collector",
    "jobs": "pool building pipeline progress outputs manifest document model errors",
    "showing": "document",
    "api": "showing building pipeline document check emit derive model errors",
    "sphinx": "building pipeline document emit model errors",
    "arguments": "model errors",
    "endings": "document emit rendering model errors",
    "cli": "collector streams endings marking jobs progress arguments building doctor document "
    "emit check pipeline files model errors",
    "__main__": "cli",
    "jupyter": "api pipeline model errors",
    "__init__": "api errors",
}
# Slow to import, so a function that needs one may fetch it itself.
HEAVY = {"lark", "sympy", "numpy", "jinja2", "mpmath", "typst", "nbclient", "nbformat"}
# What another version of SymPy may change is tested with its oldest one in these rooms only, and
# not what reads other people's work.
CALCULUS = {"derive", "check"}
READERS = "symnet.check.handwritten."
# These rooms decide what is worked out at all, so they fetch symnet's own modules late too; and
# rendering fetches those that are built upon Jinja.
LATE = {"__init__", "api", "building", "cli", "jobs", "marking", "pipeline", "rendering", "sphinx"}
SIDE_BY_SIDE = ("symnet.emit.targets.", "symnet.document.formats.")


def violations(root: Path) -> list[str]:
    """Return every import in `root/symnet` that goes against the plan."""
    return [
        f"{path.relative_to(root).as_posix()}:{line}: {problem}"
        for path in sorted((root / "symnet").rglob("*.py"))
        for line, problem in _problems(root, path)
    ]


def _problems(root: Path, path: Path) -> Iterator[tuple[int, str]]:
    module = ".".join(path.relative_to(root).with_suffix("").parts)
    room = module.split(".")[1]
    if room not in MAY_IMPORT:
        yield 1, f"{room} is not a room of the plan"
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {id(node) for function in _functions(tree) for node in ast.walk(function)}
    for node in ast.walk(tree):
        for line, name in _imported(root, node):
            top, _, rest = name.partition(".")
            target = rest.partition(".")[0]
            if top == "symnet" and target and target not in (room, *MAY_IMPORT[room].split()):
                yield line, f"{room} may not import {target}"
            if top == "sympy" and (room not in CALCULUS or module.startswith(READERS)):
                yield line, f"{room} may not import sympy"
            if id(node) in late and top not in HEAVY and not (top == "symnet" and room in LATE):
                yield line, f"{name} is imported inside a function"
            for side in SIDE_BY_SIDE:
                if module.startswith(side) and name.startswith(side) and name != module:
                    yield line, f"{module} imports its neighbour {name}"


def _functions(tree: ast.AST) -> Iterator[ast.AST]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return (node for node in ast.walk(tree) if isinstance(node, functions))


def _imported(root: Path, node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and module of each import; a name taken from a module counts as that module."""
    if isinstance(node, ast.Import):
        yield from ((node.lineno, alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level:
        yield node.lineno, "symnet.a relative import"
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            longer = root.joinpath(*node.module.split("."), alias.name)
            is_module = longer.is_dir() or longer.with_suffix(".py").is_file()
            yield node.lineno, f"{node.module}.{alias.name}" if is_module else node.module


def disagreements(root: Path) -> list[str]:
    """Return every target and format whose module, templates and outputs do not match."""
    found = []
    generated = [path for path in (root / "generated").glob("*/*") if path.is_dir()]
    known = set()
    for modules, templates in (("emit/targets", "code"), ("document/formats", "document")):
        names = {
            path.stem
            for path in (root / "symnet" / modules).iterdir()
            if not path.stem.startswith("_")
        }
        known |= names
        folders = {path.name for path in (root / "templates" / templates).iterdir()}
        found += [f"templates/{templates}/{name} is missing" for name in names - folders]
        found += [f"symnet/{modules}/{name}.py is missing" for name in folders - names]
    made = {one.name for one in generated}
    found += [f"generated/*/{name} is missing" for name in known - {SLIDES} - made]
    found += [
        f"{path.relative_to(root).as_posix()} is no target's and no format's"
        for path in generated
        if path.name not in known
    ]
    return sorted(found)


def test_imports_run_one_way() -> None:
    assert violations(ROOT) == []


def test_every_room_of_the_plan_exists() -> None:
    rooms = {path.stem for path in (ROOT / "symnet").iterdir()}
    assert set(MAY_IMPORT) <= rooms


def test_a_target_and_a_format_have_one_name_everywhere() -> None:
    assert disagreements(ROOT) == []


def plant(root: Path, path: str, text: str = "") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house in order."""
    plant(tmp_path, "symnet/errors.py")
    plant(tmp_path, "symnet/model/spec.py", "from symnet.errors import SpecError\n")
    plant(tmp_path, "symnet/derive/local.py", "import sympy\ndef f():\n    import mpmath\n")
    plant(tmp_path, "symnet/pipeline.py", "def f():\n    from symnet.derive import local\n")
    plant(tmp_path, "symnet/cli.py", "from symnet import __version__, pipeline\n")
    for name in ("python", "c"):
        plant(tmp_path, f"symnet/emit/targets/{name}.py", "from symnet.emit import source\n")
        plant(tmp_path, f"templates/code/{name}/module.jinja")
        plant(tmp_path, f"generated/xor/{name}/xor.x")
    plant(tmp_path, "symnet/emit/source.py", "from symnet.derive.local import f\n")
    plant(tmp_path, "symnet/document/formats/latex.py", "import symnet.emit.source\n")
    plant(tmp_path, "symnet/document/formats/__init__.py")
    plant(tmp_path, "templates/document/latex/article.tex.jinja")
    plant(tmp_path, "generated/xor/latex/derivation.tex")
    plant(tmp_path, "generated/xor/manifest.json")
    return tmp_path


def test_a_house_in_order_is_not_accused(house: Path) -> None:
    assert violations(house) == []
    assert disagreements(house) == []


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("model/a.py", "from symnet.derive.local import f", "1: model may not import derive"),
        ("model/a.py", "from symnet.derive import local", "1: model may not import derive"),
        ("model/a.py", "from symnet import derive", "1: model may not import derive"),
        ("model/a.py", "import symnet.derive.local as x", "1: model may not import derive"),
        ("model/a.py", "if TYPE_CHECKING:\n    import symnet.cli", "2: model may not import cli"),
        ("model/a.py", "from ..derive import f", "1: model may not import a relative import"),
        ("emit/a.py", "def f():\n    from sympy import diff", "2: emit may not import sympy"),
        ("check/handwritten/a.py", "import sympy", "1: check may not import sympy"),
        ("derive/a.py", "from symnet.check.report import R", "1: derive may not import check"),
        ("emit/a.py", "import symnet.document", "1: emit may not import document"),
        ("check/a.py", "import symnet.rendering", "1: check may not import rendering"),
        ("errors.py", "import symnet.model", "1: errors may not import model"),
        ("cli.py", "from symnet.derive.local import f", "1: cli may not import derive"),
        ("pipeline.py", "import symnet.api", "1: pipeline may not import api"),
        ("helpers.py", "", "1: helpers is not a room of the plan"),
        (
            "derive/a.py",
            "def f():\n    import json",
            "2: json is imported inside a function",
        ),
        (
            "derive/a.py",
            "class A:\n    async def f(self):\n        from symnet.model import spec",
            "3: symnet.model.spec is imported inside a function",
        ),
        (
            "emit/targets/c.py",
            "from symnet.emit.targets import python",
            "1: symnet.emit.targets.c imports its neighbour symnet.emit.targets.python",
        ),
        (
            "document/formats/html.py",
            "from symnet.document.formats.latex import f",
            "1: symnet.document.formats.html imports its neighbour symnet.document.formats.latex",
        ),
    ],
)
def test_an_import_against_the_plan_is_found(
    house: Path, path: str, text: str, problem: str
) -> None:
    plant(house, f"symnet/{path}", text)
    assert violations(house) == [f"symnet/{path}:{problem}"]


@pytest.mark.parametrize(
    ("path", "problems"),
    [
        (
            "symnet/emit/targets/rust.py",
            ["generated/*/rust is missing", "templates/code/rust is missing"],
        ),
        ("templates/code/rust/module.jinja", ["symnet/emit/targets/rust.py is missing"]),
        ("templates/document/typst/a.jinja", ["symnet/document/formats/typst.py is missing"]),
        ("generated/xor/rust/a.rs", ["generated/xor/rust is no target's and no format's"]),
    ],
)
def test_a_name_that_is_not_everywhere_is_found(
    house: Path, path: str, problems: list[str]
) -> None:
    plant(house, path)
    assert disagreements(house) == problems


def test_a_target_that_is_never_generated_is_found(house: Path) -> None:
    (house / "generated/xor/c/xor.x").unlink()
    (house / "generated/xor/c").rmdir()
    assert disagreements(house) == ["generated/*/c is missing"]
