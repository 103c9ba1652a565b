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


def refused(user: Path, text: str) -> str:
    """Return what is said of a template of the user's, without its name."""
    write(user, "a.jinja", text)
    with pytest.raises(SpecError) as caught:
        render("a.jinja", overlay=user, names=["p"], node="z1")
    place, _, said = str(caught.value).partition(f"template {user / 'a.jinja'}")
    assert place == ""
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    "text",
    [
        "{{ [gone] }}",
        "{{ {'a': gone} }}",
        "{{ (gone, 1) }}",
        "{{ 'x' ~ [gone] }}",
        "{{ gone | pprint }}",
        "{{ '%r' | format(gone) }}",
        "{{ '{!r}'.format(gone) }}",
        "{{ {'a': gone} | xmlattr }}",
        "{% for key, value in gone | items %}{% endfor %}",
        "{{ [gone] | length }}",
        "{{ [gone] | tojson }}",
        "{{ gone is none }}",
        "{{ gone is string }}",
        "{{ gone.further is defined }}",
        "{{ gone | upper | default('x') }}",
        "{% set x = gone %}",
        "{% include [gone, 'b.jinja'] ignore missing %}",
        "{% with a = gone %}{% endwith %}",
        "{{ [1,\ngone] }}",
        "{{ node if gone else node }}",
        "{% macro m(a=gone) %}{% endmacro %}{{ m() }}",
    ],
)
def test_what_is_unknown_is_an_error_where_it_is_named(
    own: Path, tmp_path: Path, text: str
) -> None:
    line = text[: text.index("gone")].count("\n") + 3
    assert refused(tmp_path, f"one\n\n{text}") == f", line {line}: 'gone' is undefined"


@pytest.mark.parametrize(
    "text",
    [
        "{{ [node.gone] }}",
        "{{ names | map(attribute='gone') | list }}",
        "{{ '{0.gone!r}'.format(node) }}",
        "{{ [node | attr('gone')] | length }}",
        "{% filter attr('gone') %}x{% endfilter %}",
    ],
)
def test_so_is_an_attribute(own: Path, tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text) == ", line 1: 'str object' has no attribute 'gone'"


def test_symnet_s_own_templates_show_nothing_unknown_either(own: Path) -> None:
    write(own, "a.jinja", "{{ [gone] }}")
    with pytest.raises(SpecError, match="line 1: 'gone' is undefined"):
        render("a.jinja")


def test_it_may_be_asked_whether_something_is_there(own: Path, tmp_path: Path) -> None:
    asked = (
        "{{ gone is defined }} {{ node.gone is undefined }} {{ gone | default(1) }} {{ gone | d }}"
    )
    write(
        tmp_path, "a.jinja", asked + "{% for x in 'ab' %}{{ loop.previtem | d('-') }}{% endfor %}"
    )
    assert render("a.jinja", overlay=tmp_path, node="z1") == "False True 1 -a"


def test_an_if_without_else_is_empty_and_no_part_of_a_list(own: Path, tmp_path: Path) -> None:
    write(tmp_path, "a.jinja", "a{{ 1 if 0 }}{% set b = 1 if 0 %}{{ b ~ 'c' }}{{ b | default(2) }}")
    assert render("a.jinja", overlay=tmp_path) == "ac2"
    assert refused(tmp_path, "{{ [1 if 0] }}").startswith(", line 1: there is no `else` to this")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a{{ '\\udc80' }}", "UnicodeEncodeError: 'utf-8' codec can't encode"),
        ("{% filter replace('a', '\\udc80') %}a{% endfilter %}", "UnicodeEncodeError"),
        ("{{ names | map('upper') }}", "TypeError: a generator is no text"),
        ("{{ node.upper }}", "TypeError: a builtin_function_or_method is no text"),
        ("{{ '%150000000d' % 1 }}", "OverflowError: a text of 150000000 characters is too long"),
        ("{{ '%1000000000000000000d' % 1 }}", "MemoryError"),
        ("{{ 9 ** 99999 }}", "ValueError: Exceeds the limit"),
        ("{{ 2 ** 100000000 > 0 }}", "OverflowError: what ** would give is too large"),
        ("{{ 'x' * 100000000 == '' }}", "OverflowError: what * would give is too large"),
        ("{{ (100000000 * [0]) | length }}", "OverflowError: what * would give is too large"),
        ("{% set x = 9 ** 200000 %}{{ x * x > 0 }}", "OverflowError: what * would give"),
        ("{{ 5 | round(-3000000) }}", "OverflowError: -3000000 digits are too many"),
        ("{{ " + "9" * 5000 + " }}", "Exceeds the limit"),
        ("{{ node['" + "a" * 5000 + "'] }}", "'str object' has no attribute 'aaaa"),
        ("{# open", "Missing end of comment tag"),
        ("{% raw %}x", "Missing end of raw directive"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "RecursionError"),
        ("{% extends 'a.jinja' %}", "RecursionError"),
    ],
)
def test_what_cannot_be_written_or_computed_has_a_line(
    own: Path, tmp_path: Path, text: str, reason: str
) -> None:
    said = refused(tmp_path, f"\n{text}")
    assert said.startswith(f", line 2: {reason}")
    assert len(said) < 250


def test_half_a_surrogate_pair_is_refused_even_where_jinja_does_not_print(
    own: Path, tmp_path: Path
) -> None:
    text = "{% call '{}\\udc80'.format(1) %}{% endcall %}"
    assert refused(tmp_path, text).startswith(": UnicodeEncodeError")


def test_everyday_arithmetic_stays(own: Path, tmp_path: Path) -> None:
    write(tmp_path, "a.jinja", "{{ 2 ** 10 }} {{ 2 ** -1 }} {{ 3 * 'ab' }} {{ 2.55 | round(1) }}")
    assert render("a.jinja", overlay=tmp_path) == "1024 0.5 ababab 2.5"


DEEP = {
    "sum": ("{{ ", "1 + ", "1", "", " }}"),
    "product": ("{{ ", "1 * ", "1", "", " }}"),
    "sign": ("{{ ", "-", "1", "", " }}"),
    "filter": ("{{ 'x'", "", "", " | upper", " }}"),
    "attribute": ("{{ x", "", "", ".x", " }}"),
    "item": ("{{ x", "", "", "['x']", " }}"),
    "choice": ("{{ ", "1 if 0 else ", "1", "", " }}"),
    "and": ("{{ ", "1 and ", "1", "", " }}"),
    "if": ("", "{% if 1 %}", "1", "{% endif %}", ""),
    "for": ("", "{% for x in [1] %}", "1", "{% endfor %}", ""),
    "with": ("", "{% with %}", "1", "{% endwith %}", ""),
    "filter block": ("", "{% filter upper %}", "1", "{% endfilter %}", ""),
    "call": (
        "{% macro m() %}{{ caller() }}{% endmacro %}",
        "{% call m() %}",
        "1",
        "{% endcall %}",
        "",
    ),
    "list": ("{{ ", "[", "1", "]", "}}"),
}


@pytest.mark.parametrize("kind", DEEP)
def test_what_is_nested_too_deeply_is_refused_before_python_does(
    own: Path, tmp_path: Path, kind: str
) -> None:
    """As deep as the sandbox lets it through, it runs; one level deeper, there is a line."""
    before, opening, inside, closing, after = DEEP[kind]

    class Itself(dict[str, object]):
        def __missing__(self, key: str) -> object:
            return self

    def outcome(depth: int) -> str:
        write(tmp_path, "a.jinja", f"\n{before}{opening * depth}{inside}{closing * depth}{after}")
        try:
            return "runs" if render("a.jinja", overlay=tmp_path, x=Itself()) else "is empty"
        except SpecError as error:
            return str(error)

    found = list(map(outcome, [*range(10, 100, 3), 5000]))
    told = f"template {tmp_path / 'a.jinja'}, line 2: nested too deeply"
    runs = found.count("runs")
    assert runs > 1
    assert found == ["runs"] * runs + [told] * (len(found) - runs)


def test_a_users_template_that_is_not_utf8_is_refused(own: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jinja").write_bytes(b"one\ntwo\xff\n")
    with pytest.raises(SpecError) as caught:
        render("a.jinja", overlay=tmp_path)
    assert str(caught.value) == f"template {tmp_path / 'a.jinja'}, line 2: it is not UTF-8"


def test_a_users_template_that_cannot_be_read_is_refused(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    write(tmp_path, "a.jinja", "a")
    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(SpecError) as caught:
        render("a.jinja", overlay=tmp_path)
    assert str(caught.value) == f"template {tmp_path / 'a.jinja'}: Permission denied"


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_is_no_file_does_not_let_symnet_s_own_through(
    own: Path, tmp_path: Path, kind: str
) -> None:
    write(own, "a.jinja", "own a")
    user = tmp_path / "user"
    user.mkdir()
    if kind == "folder":
        (user / "a.jinja").mkdir()
    else:
        (user / "a.jinja").symlink_to("nowhere")
    with pytest.raises(SpecError) as caught:
        render("a.jinja", overlay=user)
    assert str(caught.value) == f"template {user / 'a.jinja'}: it is not a file"


def test_neither_a_mark_of_utf8_nor_line_ends_reach_the_text(own: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jinja").write_bytes(b"\xef\xbb\xbfone\r\n{% if 1 %}\r\ntwo\r\n{% endif %}\r\n")
    assert render("a.jinja", overlay=tmp_path) == "one\ntwo\n"


def test_a_template_that_has_changed_is_read_again(own: Path, tmp_path: Path) -> None:
    for text in ("one", "two"):
        write(tmp_path, "a.jinja", text)
        assert render("a.jinja", overlay=tmp_path) == text


def test_a_folder_around_symnet_is_not_taken_for_a_template(own: Path, tmp_path: Path) -> None:
    """An error that arises in Python below the user's folder is placed in the template."""
    around = Path(rendering.__file__).parents[1]
    with pytest.raises(SpecError, match=r"^template a\.jinja: there is no template a\.jinja$"):
        render("a.jinja", overlay=around)


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
