"""Notes on the file's own samples: units on a kink or close to one, and dead ones.

In: Lesson. Out: blocks.
"""

from collections.abc import Iterator

from symnet.check.kinks import Notice, notices
from symnet.document.blocks import Block, Piece, paragraph
from symnet.document.lesson import Lesson
from symnet.document.mathematics import Equalities
from symnet.document.prose import listed, number_word, several
from symnet.document.rounding import decimal
from symnet.model.expression import Expression

# Samples named one by one; of more only their number is told.
MOST_NAMED = 4


def notes(lesson: Lesson) -> Iterator[Block]:
    """Say what a reader must not miss about the samples; nothing where all is well."""
    if not lesson.seen:
        return
    for found in _grouped(lesson).values():
        if pieces := _note(lesson, found):
            yield paragraph(*pieces, warning=True)


def _grouped(lesson: Lesson) -> dict[tuple[str, str], list[Notice]]:
    """Put the notices of one node together, whatever sample they are about."""
    groups: dict[tuple[str, str], list[Notice]] = {}
    for one in notices(lesson.derivation):
        if one.sample <= len(lesson.seen) or lesson.batch > 1:
            groups.setdefault((one.situation, one.node), []).append(one)
    return groups


def _note(lesson: Lesson, found: list[Notice]) -> tuple[Piece, ...]:
    first = found[0]
    node = lesson.letters.symbol(first.node)
    where = _where(lesson, found)
    match first.situation:
        case "on a kink":
            return (node, f" is exactly 0{where}, on a kink: ", *_effect(lesson, found))
        case "near a kink":
            return (node, f" is close to a kink{where}: a small change can take it across.")
        case "dead":
            return (*_value(lesson, found, node), *_dead(lesson, first.node, where))
    start, rest = first.text.split(" ", 1)
    return (node, f" {rest}") if start == first.node else (first.text,)


def _where(lesson: Lesson, found: list[Notice]) -> str:
    samples = lesson.network.spec.samples
    count = len(samples.x) if samples else 1
    if count == 1:
        return ""
    if len(found) > MOST_NAMED:
        return f" in {number_word(len(found))} of the {count} samples"
    numbers = [str(one.sample) for one in found]
    return f" in sample{'s' * (len(found) > 1)} {several(numbers)}"


def _value(lesson: Lesson, found: list[Notice], node: Expression) -> tuple[Piece, ...]:
    value = lesson.seen[0].get(found[0].node)
    if lesson.batch > 1 or value is None:
        return (node, " is negative")
    shown = decimal(value)
    relation = "=" if shown.value == value else "~"
    return (Equalities(node, ((relation, shown),)), " is negative")


def _dead(lesson: Lesson, node: str, where: str) -> tuple[Piece, ...]:
    place = lesson.variables[node]
    layer = lesson.network.layers[place.layer - 1]
    unit = lesson.letters.symbol(layer.units[place.unit - 1].h)
    return (where, ": the unit of ", unit, " is dead there, and no gradient flows through it.")


def _effect(lesson: Lesson, found: list[Notice]) -> tuple[Piece, ...]:
    """Say which gradients would be others with another slope at the kink."""
    changed = dict.fromkeys(name for one in found for name in one.gradients)
    if not changed:
        return ("the slope there is a convention, on which no gradient here depends.",)
    loss = lesson.network.loss
    gradients = [lesson.letters.partial(loss, name) for name in changed]
    return (
        "the slope there is a convention, and another one would change ",
        *listed(gradients),
        ".",
    )
