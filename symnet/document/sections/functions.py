"""The section that defines the functions the network applies, their slopes, and their kinks.

In: Lesson. Out: blocks.
"""

import itertools
from collections.abc import Iterator
from fractions import Fraction

from symnet.document.blocks import Equation, Equations, Heading, Paragraph
from symnet.document.detail import Extra, Part
from symnet.document.lesson import Lesson
from symnet.document.lettering import Key, number
from symnet.document.mathematics import Between, Cases, Equalities, Letter, Words, equation
from symnet.document.prose import spoken
from symnet.model.activations import ACTIVATIONS
from symnet.model.evaluation import ABSOLUTE_KINK, FUNCTIONS
from symnet.model.expression import Call, Comparison, Expression, Number, Symbol, walk
from symnet.model.functions import slope_at_kink

OTHERWISE = Words("otherwise")


def functions_section(lesson: Lesson) -> Iterator[Part]:
    """Define every function that has a name of its own, and state the conventions at kinks."""
    keys = [key for key in _closure(lesson) if _is_defined(key[0])]
    if not keys:
        return
    kinks = tuple(one for key in keys for one in kink_in_words(lesson, key))
    what = (
        "This function and its slope are"
        if len(keys) == 1
        else "The functions and their slopes are"
    )
    yield Extra(
        (
            Heading(2, ("Functions and their slopes",)),
            Paragraph((what,)),
            Equations(tuple(row for key in keys for row in _definitions(lesson, key))),
            *kinks,
        ),
        brief=kinks,
    )


def _is_defined(function: str) -> bool:
    """Say whether a function is told by a definition; a whole layer's one is where it is used."""
    entry = FUNCTIONS[function]
    return entry.symbol is not None and entry.layer_pullback is None


def _closure(lesson: Lesson) -> list[Key]:
    """Return the functions of the network and those that their formulas are written in."""
    found = dict.fromkeys(lesson.letters.functions)
    for function, options in lesson.letters.functions:
        entry, z = FUNCTIONS[function], (Symbol("z"),)
        if _is_defined(function):
            slopes = entry.slopes(0, z, Symbol("h"), options)
            for part in (*entry.pieces(z, options), *slopes):
                calls = (one for one in walk(part) if isinstance(one, Call))
                known = [(one.function, one.options) for one in calls if one.function in FUNCTIONS]
                found.update(dict.fromkeys(known))
    return list(found)


def _definitions(lesson: Lesson, key: Key) -> Iterator[Equation]:
    """Yield a function's definition and its slope as cases or as one formula."""
    (function, options), entry = key, FUNCTIONS[key[0]]
    variable = _variable(lesson, function)
    argument = Symbol(variable.name)
    call = Call(function, (argument,), options)
    slope = Call(function, (argument,), options, 0)
    pieces = entry.pieces((argument,), options)
    slopes = entry.slopes(0, (argument,), call, options)
    name = function.replace("_", "-")
    letters = lesson.letters
    yield Equation(
        f"function-{name}", equation(letters(call), _cases(lesson, argument, key, pieces))
    )
    if entry.sides is None:
        body: Expression = _cases(lesson, argument, key, slopes)
    else:
        body = _kinked(lesson, argument, key, slopes)
    yield Equation(f"slope-{name}", equation(letters(slope), body))


def _cases(lesson: Lesson, at: Symbol, key: Key, pieces: tuple[Expression, ...]) -> Expression:
    """Write pieces with the interval of each; a single piece is itself."""
    letters = lesson.letters
    bounds = FUNCTIONS[key[0]].breaks(key[1])
    if not bounds:
        return letters(pieces[0])
    shown, z = [letters(piece) for piece in pieces], letters(at)
    tests: list[Expression] = [Comparison(z, "<=", number(bounds[0]))]
    for low, high in itertools.pairwise(bounds):
        tests.append(Between(number(low), z, number(high)))
    tests.append(Comparison(z, ">", number(bounds[-1])))
    return Cases(tuple(zip(shown, tests, strict=True)))


def _kinked(lesson: Lesson, at: Symbol, key: Key, slopes: tuple[Expression, ...]) -> Expression:
    """Write the slope left of, at and right of 0, in two cases where the convention allows."""
    letters = lesson.letters
    z, zero = letters(at), Number(Fraction(0))
    left, right = (letters(one) for one in slopes)
    sides, chosen = convention(key)
    if chosen == sides[0]:
        rows = ((left, Comparison(z, "<=", zero)), (right, Comparison(z, ">", zero)))
    elif chosen == sides[1]:
        rows = ((left, Comparison(z, "<", zero)), (right, Comparison(z, ">=", zero)))
    else:
        here = (number(chosen), Comparison(z, "=", zero))
        return Cases(((left, Comparison(z, "<", zero)), here, (right, Comparison(z, ">", zero))))
    return Cases(rows)


def _variable(lesson: Lesson, function: str) -> Letter:
    return lesson.letters.argument if function in ACTIVATIONS else lesson.letters.variable("u")


def convention(key: Key) -> tuple[tuple[Fraction, Fraction], Fraction]:
    """Return the slopes on the two sides of a function's kink, and the one chosen there."""
    function, options = key
    sides = FUNCTIONS[function].sides
    if sides is None:
        raise ValueError(f"{function} has no kink")
    kink = dict(options).get("kink", ABSOLUTE_KINK)
    return sides(options), slope_at_kink(sides(options), kink)


def kink_in_words(lesson: Lesson, key: Key) -> Iterator[Paragraph]:
    """State what the slope is taken to be at a kink."""
    function, options = key
    if FUNCTIONS[function].sides is None:
        return
    (left, right), chosen = convention(key)
    variable = _variable(lesson, function)
    zero = Equalities(variable, (("=", Number(Fraction(0))),))
    slope = lesson.letters(Call(function, (Number(Fraction(0)),), options, 0))
    name = spoken(function)
    if left == right:
        yield Paragraph(
            (
                "At ",
                zero,
                f", the two pieces of {name} meet with the same slope, ",
                Equalities(slope, (("=", number(chosen)),)),
                ", so there is no kink.",
            )
        )
        return
    yield Paragraph(
        (
            "At ",
            zero,
            f", {name} has a kink: its slope jumps from ",
            number(left),
            " to ",
            number(right),
            ", and it has no derivative there. By convention, ",
            Equalities(slope, (("=", number(chosen)),)),
            " throughout.",
        )
    )
