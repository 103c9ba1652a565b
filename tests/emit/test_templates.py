"""A user's own templates: they come first, get what is documented, and fail with one clear line."""

import re
import shutil
from functools import cache, partial
from pathlib import Path

import pytest

import symnet
from symnet.cli import main
from symnet.emit import request as request_module
from symnet.emit.options import FORMS, Options
from symnet.emit.source import request_for, sources, styles, targets, wide_styles
from symnet.errors import SpecError
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import read_spec
from symnet.rendering import render, template_folder
from tests.emit.emitted import network, run_text, step_of, with_samples
from tests.networks import choice

NETWORKS = Path(symnet.__file__).parent / "networks"
ADAM = choice(OPTIMIZERS, "adam")
SPECS = (
    read_spec(NETWORKS / "notebook.toml"),
    with_samples(network("gelu", "huber", input_gradients=True), 3, optimizer=ADAM),
    network("softmax", "none"),
)
Fields = dict[str, dict[str, set[str]]]


@cache
def fields_of() -> Fields:
    """Return what each target gives to each of its templates, for several networks."""
    found: Fields = {}

    def recorded(path: str, /, overlay: Path | None = None, **fields: object) -> str:
        _, target, name = path.split("/")
        found.setdefault(target, {}).setdefault(name, set()).update(fields)
        return render(path, overlay=overlay, **fields)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(request_module, "render", recorded)
        for target in targets():
            for form, known in (("scalar", styles(target)), ("loops", wide_styles(target))):
                for style in known:
                    for spec in SPECS:
                        asked = Options(target, style, form, with_test=style == known[0])
                        sources(request_for(asked, spec, partial(step_of, spec)))
    return found


@pytest.mark.parametrize("target", targets())
def test_the_fields_of_every_template_are_documented(target: str) -> None:
    text = (template_folder() / "code" / target / "FIELDS.md").read_text(encoding="utf-8")
    documented: dict[str, set[str]] = {}
    for field, where, what in re.findall(r"^\| `(\w+)` \| ([\w, ]+) \| (.+) \|$", text, re.M):
        assert what.strip()
        for name in where.split(", "):
            documented.setdefault(name, set()).add(field)
    given = {name.partition(".")[0]: fields for name, fields in fields_of()[target].items()}
    assert documented == given


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("path", sorted(NETWORKS.glob("[nx]*.toml")), ids=lambda path: path.stem)
def test_an_unknown_variable_fails_with_file_line_and_name(
    path: Path, target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In whichever template: nothing is written, not even what was ready before."""
    out = tmp_path / "out"
    for number, name in enumerate(sorted(fields_of()[target])):
        own = tmp_path / f"own{number}"
        file = own / "code" / target / name
        file.parent.mkdir(parents=True)
        text = (template_folder() / "code" / target / name).read_text(encoding="utf-8")
        file.write_text(text + "{{ no_such_field }}\n", encoding="utf-8")
        style = "lesson" if name.startswith("lesson") else styles(target)[0]
        words = ["emit", path.stem, "--target", target, "--style", style]
        words += [] if style == "lesson" else ["--with-test"]
        assert main([*words, "--templates", str(own), "--out", str(out)]) == 2
        error = capsys.readouterr().err
        line = text.count("\n") + 1
        assert error == f"symnet: template {file}, line {line}: 'no_such_field' is undefined\n"
        assert not out.exists()


@pytest.mark.parametrize("target", targets())
def test_the_user_s_template_comes_first(target: str, tmp_path: Path) -> None:
    name = next(one for one in fields_of()[target] if not one.startswith(("lesson", "test")))
    file = tmp_path / "code" / target / name
    file.parent.mkdir(parents=True)
    file.write_text("{{ header[0] }}\nmine\n", encoding="utf-8")
    network = symnet.load("notebook")
    text = network.emit(target, templates=tmp_path)
    assert "mine\n" in text
    assert text != network.emit(target)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ header.__class__ }}", "access to attribute '__class__' of 'tuple' object is unsafe."),
        ("{{ header.append(1) }}", "'tuple object' has no attribute 'append'"),
        ("{% for %}", "Expected an expression, got 'end of statement block'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError: division by zero"),
        ("{% include 'no/such.jinja' %}", "there is no template no/such.jinja"),
        ("a {{ [nope] }}", "'nope' is undefined"),
        ("{{ {'a': nope} | xmlattr }}", "'nope' is undefined"),
        ("{{ header | map(attribute='nope') | list }}", "'str object' has no attribute 'nope'"),
        ("{{ 10 ** (10 ** 10) }}", "OverflowError: what ** would give is too large"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "nested too deeply"),
        ("{{ " + " + ".join(["1"] * 20000) + " }}", "nested too deeply"),
        (
            "a{{ '\\udc80' }}",
            "UnicodeEncodeError: 'utf-8' codec can't encode character '\\udc80' in position 0: "
            "surrogates not allowed",
        ),
    ],
)
def test_a_template_that_does_not_work_is_one_line(
    text: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "code/python/module.py.jinja"
    file.parent.mkdir(parents=True)
    file.write_text(f"\n{text}\n")
    out = tmp_path / "out"
    assert main(["emit", "--templates", str(tmp_path), "--out", str(out)]) == 2
    shown = capsys.readouterr()
    assert shown.err == f"symnet: template {file}, line 2: {reason}\n"
    assert shown.out == ""
    assert not out.exists()


def test_a_folder_that_would_change_nothing_is_refused(tmp_path: Path) -> None:
    network = symnet.load("notebook")
    with pytest.raises(SpecError, match="there is no such folder"):
        network.emit(templates=tmp_path / "none")
    shutil.copy(template_folder() / "code/python/module.py.jinja", tmp_path)
    with pytest.raises(SpecError, match="it has none of the templates of target python, which"):
        network.emit(templates=tmp_path)


def test_a_folder_in_a_template_s_place_is_refused_beside_a_template(tmp_path: Path) -> None:
    folder = tmp_path / "code/python"
    (folder / "module.py.jinja").mkdir(parents=True)
    shutil.copy(template_folder() / "code/python/function.py.jinja", folder)
    with pytest.raises(SpecError, match=r"module\.py\.jinja: it is not a file$"):
        symnet.load("notebook").emit(templates=tmp_path)


@pytest.mark.parametrize("target", targets())
def test_symnet_s_own_templates_say_the_same_in_the_sandbox(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written() -> list[str]:
        return [
            file.text
            for form, known in (("scalar", styles(target)), ("loops", wide_styles(target)))
            for style in known
            for spec in SPECS
            for file in sources(
                request_for(
                    Options(target, style, form, with_test=style == known[0]),
                    spec,
                    partial(step_of, spec),
                )
            )
        ]

    usual = written()
    monkeypatch.setattr(request_module, "render", partial(boxed, folder=tmp_path))
    assert written() == usual


def boxed(path: str, /, overlay: Path | None, folder: Path, **fields: object) -> str:
    """Render in the sandbox."""
    assert overlay is None
    return render(path, overlay=folder, **fields)


def test_the_command_names_the_folder_and_no_path(tmp_path: Path) -> None:
    shutil.copytree(template_folder() / "code", tmp_path / "mine/code")
    text = symnet.load("notebook").emit(templates=tmp_path / "mine")
    assert "Command: symnet emit notebook --target python --templates mine\n" in text
    assert str(tmp_path) not in text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["notebook", "sigmoid-two-outputs", "deep-narrow"])
def test_the_template_in_the_documentation_works(name: str, form: str, tmp_path: Path) -> None:
    docs = Path(symnet.__file__).parents[1] / "docs/templates.md"
    found = re.search(r"^```jinja\n(.*?)^```", docs.read_text(encoding="utf-8"), re.S | re.M)
    assert found is not None
    file = tmp_path / "code/python/module.py.jinja"
    file.parent.mkdir(parents=True)
    file.write_text(found[1])
    network = symnet.load(name)
    usual = run_text(network.emit(form=form))
    module = run_text(network.emit(form=form, templates=tmp_path))
    assert set(module) - set(usual) == set()
    assert "forward" not in module
    state = (usual["initial_state"](),) if "STATE" in usual else ()
    arguments = (usual["INITIAL"], *state, usual["SAMPLE_X"], usual["SAMPLE_Y"], 0.01)
    assert module["update"](*arguments) == usual["update"](*arguments)
