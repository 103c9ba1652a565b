"""Statements of C that are too long for a line: broken where clang-format breaks them."""

import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symnet.emit.clang_breaks import breaks
from symnet.emit.clang_format import STYLE, call, statement

pytestmark = pytest.mark.slow

DRAWN = 400


def clang_format(text: str) -> str:
    beside = Path(sys.executable).with_name("clang-format")
    program = str(beside) if beside.exists() else shutil.which("clang-format")
    assert program, "clang-format is one of the test dependencies"
    command = [program, f"--style={STYLE}"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return done.stdout


def operand(draw: random.Random, depth: int) -> str:
    """Draw what can stand between operators, with brackets inside of one another."""
    kind = draw.random()
    if depth == 0 or kind < 0.55:
        return draw.choice(["x1", "learning_rate", "z1[i]", "1e-08", "0.5", "new_first_moment_w"])
    if kind < 0.7:
        return f"{draw.choice(['exp', 'sqrt', 'log1p'])}({expression(draw, depth - 1)})"
    if kind < 0.8:
        return f"({choice(draw, depth - 1)})"
    sign = draw.choice(["", "", "-"])
    return f"({sign}{product(draw, 0)} {draw.choice('+-')} {product(draw, depth - 1)})"


def product(draw: random.Random, depth: int) -> str:
    count = draw.choice([1, 1, 2, 2, 3])
    text = operand(draw, depth)
    for _ in range(count - 1):
        text += f" {draw.choice('*/')} {operand(draw, depth)}"
    return text


def expression(draw: random.Random, depth: int) -> str:
    text = product(draw, depth)
    for _ in range(draw.choice([0, 1, 1, 2, 4])):
        text += f" {draw.choice('+-')} {product(draw, depth)}"
    return text


def choice(draw: random.Random, depth: int) -> str:
    test = f"{expression(draw, 0)} {draw.choice(['<', '<=', '>'])} {expression(draw, 0)}"
    return f"{test} ? {expression(draw, depth)} : {expression(draw, depth)}"


def statements() -> list[str]:
    draw = random.Random(3)
    found = list[str]()
    while len(found) < DRAWN:
        opening = draw.choice(["const double dL_dz1 =", "return", "params[k] =", "total +="])
        value = choice(draw, 2) if draw.random() < 0.2 else expression(draw, 2)
        text = f"{opening} {value};{draw.choice(['', ' // (12)'])}"
        if 100 < len(text) < 320:
            found.append(text)
    return found


def test_lines_end_where_clang_format_ends_them() -> None:
    drawn = statements()
    mine = [line for text in drawn for line in breaks(text, 4, 100)]
    assert len(mine) > 2 * DRAWN
    lines = [f"    {line}" for line in mine]
    source = "\n".join(["double f(void) {", *lines, "}", ""])
    flat = "\n".join(["double f(void) {", *(f"    {text}" for text in drawn), "}", ""])
    assert clang_format(flat).splitlines() == source.splitlines()


@pytest.mark.parametrize("count", range(5, 60))
def test_sums_as_long_as_a_layer_is_wide(count: int) -> None:
    terms = " + ".join(f"h{k} * w{100 + k}" for k in range(count))
    text = f"const double z1 = {terms} + b1; // (33)"
    source = "\n".join(["void f(void) {", *(f"    {one}" for one in statement(text, 4)), "}", ""])
    assert clang_format(f"void f(void) {{\n    {text}\n}}\n") == source


@pytest.mark.parametrize("length", range(1, 60, 4))
@pytest.mark.parametrize("opening", ["", "total += "])
def test_calls(length: int, opening: str) -> None:
    arguments = ["params", "one_x", "one_y", f"gradient + k * {length * 'N'}_PARAMETERS"]
    lines = call(opening, f"{length * 'n'}_gradients", arguments, 8)
    source = "\n".join([*(f"        {one}" for one in lines), ""])
    flat = re.sub(r"\s+", " ", source).replace("( ", "(")
    framed = "void f(void) {{\n    {{\n{}\n    }}\n}}\n"
    assert clang_format(framed.format(flat)) == framed.format(source.rstrip("\n"))


def test_a_break_at_another_place_is_seen() -> None:
    text = "const double a = " + " + ".join(30 * ["learning"]) + ";"
    lines = list(breaks(text, 4, 90))
    source = "\n".join(["void f(void) {", *(f"    {one}" for one in lines), "}", ""])
    assert clang_format(source) != source
