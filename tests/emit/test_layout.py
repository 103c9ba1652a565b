"""Lines no wider than a page, broken where formatters break them."""

from symnet.emit.layout import WIDTH, broken, listed, packed

LONG = "a" * 30


def test_what_fits_stays_on_one_line() -> None:
    assert broken("z = ", ["a", "+ b"]) == ("z = a + b",)
    assert listed("(", ["1", "2"], ")") == ("(1, 2)",)
    assert listed("(", ["1"], ")") == ("(1,)",)
    assert listed("[", ["1"], "]", alone="") == ("[1]",)


def test_a_long_sum_stands_in_brackets_and_a_longer_one_term_by_term() -> None:
    pieces = [LONG, f"+ {LONG}", "+ c"]
    assert broken("z" * 40 + " = ", pieces) == (
        "z" * 40 + " = (",
        f"    {LONG} + {LONG} + c",
        ")",
    )
    pieces = [LONG, f"+ {LONG}", f"+ {LONG}", "+ c"]
    assert broken("z = ", pieces, closing=";") == (
        "z = (",
        f"    {LONG}",
        f"    + {LONG}",
        f"    + {LONG}",
        "    + c",
        ");",
    )


def test_one_operator_before_brackets_breaks_inside_the_last_of_them() -> None:
    pieces = [LONG, f"- {LONG} / (sqrt({LONG}) + 1.0)"]
    assert broken("z = ", pieces) == (
        f"z = {LONG} - {LONG} / (",
        f"    sqrt({LONG}) + 1.0",
        ")",
    )


def test_the_indent_counts() -> None:
    pieces = ["b" * (WIDTH - 12), "+ c"]
    assert broken("z = ", pieces, 4) == (f"z = {pieces[0]} + c",)
    assert len(broken("z = ", pieces, 5)) == 4
    items = ["b" * (WIDTH - 9), "c"]
    assert len(listed("(", items, ")", 4)) == 1
    assert len(listed("(", items, ")", 5)) == 4


def test_packing_fills_the_lines() -> None:
    lines = packed("x = [", [str(k) for k in range(100)], "]")
    assert lines[0] == "x = ["
    assert lines[-1] == "]"
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) < 10
    assert eval("".join(lines).removeprefix("x = ")) == list(range(100))
