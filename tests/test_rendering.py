"""Templates: where they are found, how they are delimited, and how a bad one is reported."""

from pathlib import Path

import pytest

from symnet import rendering
from symnet.errors import SpecError
from symnet.rendering import render, template_folder, templates_digest


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that takes the place of symnet's own templates."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setattr(rendering, "template_folder", lambda: folder)
    rendering._environment.cache_clear()
    return folder


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def test_templates_stand_beside_the_package_or_inside_it() -> None:
    assert template_folder().name == "templates"
    assert (template_folder() / "code").is_dir()


def test_block_lines_leave_no_trace_and_the_last_newline_stays(own: Path) -> None:
    write(own, "code/list.py.jinja", "a\n  {% for x in names %}\n{{ x }},\n  {% endfor %}\nb\n")
    assert render("code/list.py.jinja", names=["p", "q"]) == "a\np,\nq,\nb\n"


def test_latex_templates_may_hold_braces_hashes_and_percent_signs(own: Path) -> None:
    latex = r"\def\f#1{{#1}}{% x"
    write(
        own, "document/a.tex.jinja", latex + "\n<# why #><% if on %>$<< formula >>$<% endif %>.\n"
    )
    assert render("document/a.tex.jinja", on=True, formula="1 < 2") == latex + "\n$1 < 2$.\n"


def test_html_is_escaped_and_code_is_not(own: Path) -> None:
    for name in ("a.html.jinja", "a.py.jinja", "a.tex.jinja"):
        write(own, name, "<< x >>" if ".tex" in name else "{{ x }}")
    assert render("a.html.jinja", x="1 < 2") == "1 &lt; 2"
    assert render("a.py.jinja", x="1 < 2") == "1 < 2"
    assert render("a.tex.jinja", x="1 < 2") == "1 < 2"


def test_a_field_may_be_called_template(own: Path) -> None:
    write(own, "a.jinja", "{{ template }}")
    assert render("a.jinja", template="t") == "t"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("one\n{{ wieght }}\n", 2, "'wieght' is undefined"),
        ("one\n\n{% if wieght %}{% endif %}\n", 3, "'wieght' is undefined"),
        ("{% for x in wieght %}{% endfor %}", 1, "'wieght' is undefined"),
        ("{{ node.name }}", 1, "'str object' has no attribute 'name'"),
        ("one\n{% if %}", 2, "Expected an expression, got 'end of statement block'"),
        ("one\n{{ 1 | nonesuch }}", 2, "No filter named 'nonesuch'."),
        ("one\n{% include 'b.jinja' %}", 2, "there is no template b.jinja"),
    ],
)
def test_a_bad_template_is_named_with_line_and_variable(
    own: Path, text: str, line: int, reason: str
) -> None:
    write(own, "a.jinja", text)
    with pytest.raises(SpecError) as caught:
        render("a.jinja", node="z1")
    assert str(caught.value) == f"template {own / 'a.jinja'}, line {line}: {reason}"


def test_the_line_is_that_of_the_included_template(own: Path) -> None:
    write(own, "a.jinja", "{% include 'part/b.jinja' %}")
    write(own, "part/b.jinja", "\n\n{{ gone }}")
    with pytest.raises(SpecError, match=r"part/b\.jinja, line 3: 'gone' is undefined"):
        render("a.jinja")


@pytest.mark.parametrize("name", ["no/such.jinja", "../secret.jinja", "a/../../secret.jinja"])
def test_a_template_that_is_not_there_or_outside_is_refused(own: Path, name: str) -> None:
    write(own.parent, "secret.jinja", "secret")
    with pytest.raises(SpecError, match=r"there is no template"):
        render(name)


def test_the_users_template_comes_first_and_the_others_stay(own: Path, tmp_path: Path) -> None:
    write(own, "a.jinja", "own a, {% include 'b.jinja' %}")
    write(own, "b.jinja", "own b")
    user = tmp_path / "user"
    write(user, "b.jinja", "my b")
    assert render("a.jinja", overlay=user) == "own a, my b"
    assert render("a.jinja") == "own a, own b"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ names.__class__ }}", "access to attribute '__class__' of 'list' object is unsafe."),
        ("{{ names.append(1) }}", "access to attribute 'append' of"),
        ("{{ 1 // 0 }}", "ZeroDivisionError"),
        ("{% for i in range(10**9) %}{% endfor %}", "OverflowError"),
        ("{% include 'a.jinja' %}", "RecursionError"),
        ("{{ gone }}", "'gone' is undefined"),
    ],
)
def test_a_users_template_is_sandboxed_and_fails_in_one_line(
    own: Path, tmp_path: Path, text: str, reason: str
) -> None:
    user = tmp_path / "user"
    write(user, "a.jinja", text)
    with pytest.raises(SpecError) as caught:
        render("a.jinja", overlay=user, names=["p"])
    message = str(caught.value)
    assert message.startswith(f"template {user / 'a.jinja'}, line 1: ")
    assert reason in message
    assert "\n" not in message


def test_a_users_template_that_is_not_utf8_is_refused(own: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jinja").write_bytes(b"\xff\xfe")
    with pytest.raises(SpecError, match=r"template a\.jinja: UnicodeDecodeError"):
        render("a.jinja", overlay=tmp_path)


def test_a_missing_folder_of_templates_is_refused(own: Path, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"gone: there is no such folder"):
        render("a.jinja", overlay=tmp_path / "gone")


def test_the_digest_follows_content_names_and_overlay(own: Path, tmp_path: Path) -> None:
    user = tmp_path / "user"
    user.mkdir()
    write(own, "a.jinja", "a")
    digests = [templates_digest(), templates_digest(user)]
    write(user, "a.jinja", "a")
    digests.append(templates_digest(user))
    write(own, "a.jinja", "b")
    digests.append(templates_digest())
    (own / "a.jinja").rename(own / "b.jinja")
    digests.append(templates_digest())
    assert len(set(digests)) == len(digests)
    assert templates_digest() == digests[-1]
