"""The update rule, in symbols once and in numbers for each parameter.

In: Lesson. Out: blocks, and rows of equations.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symnet.document.blocks import Block, Equation, Equations, Heading, paragraph
from symnet.document.lesson import Lesson
from symnet.document.mathematics import (
    Equalities,
    Letter,
    Listed,
    Origin,
    Partial,
    Raised,
    Words,
)
from symnet.document.rounding import Values, decimal, value_of, worked
from symnet.model.expression import (
    Expression,
    Number,
    Quotient,
    Symbol,
    product,
    rebuilt,
    substitute,
)
from symnet.model.network import Parameter
from symnet.model.optimizers import OPTIMIZERS, Old, Optimizer

RATE = "learning_rate"
# Letters customary for what optimizers remember; a slot not listed goes by its first letter.
SLOT_LETTERS = {
    "velocity": ("v", "u"),
    "mean_square": ("v", "r"),
    "first_moment": ("m", "p"),
    "second_moment": ("v", "u"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One update in symbols: (what becomes, its formula) in order; ``shown``: their letters."""

    rows: tuple[tuple[str, Expression], ...]
    shown: dict[str, Expression]


def update_section(lesson: Lesson) -> Iterator[Block]:
    """State the rule for any parameter."""
    if not _is_trained(lesson):
        return
    entry = OPTIMIZERS[lesson.network.spec.training.optimizer.name]
    letters = lesson.letters
    theta = letters.role("theta", "p", "q")
    yield Heading(1, ("The update",))
    words = f"Parameters are updated by {entry.title}"
    yield paragraph(words, *_rate_in_words(lesson), ". For every parameter\u00a0", theta, ":")
    rule = _rule(lesson, theta, bias=False)
    yield Equations(
        tuple(
            Equation(f"rule-{_label(name)}", _becomes(lesson, rule, name, node))
            for name, node in rule.rows
        )
    )
    yield from _remarks(lesson, entry)


def _is_trained(lesson: Lesson) -> bool:
    """Say whether there is an update to tell of: of an output's gradients only if asked for."""
    spec = lesson.network.spec
    return spec.loss.name != "none" or bool(spec.training.rates)


def _rate_in_words(lesson: Lesson) -> tuple[str | Expression, ...]:
    rates = lesson.network.spec.training.rates
    eta = rate_letter(lesson)
    if not rates:
        return (", at the learning rate ", eta)
    origin = Origin(Symbol(lesson.training.rate), updating=True)
    value = Equalities(eta, (("=", replace(decimal(rates[0]), origin=origin)),))
    if len(set(rates)) == 1:
        return (", at the learning rate ", value)
    return (", at the learning rate ", value, " in the first step")


def rate_letter(lesson: Lesson) -> Letter:
    """Return the letter of the learning rate."""
    return lesson.letters.rate


def _remarks(lesson: Lesson, entry: Optimizer) -> Iterator[Block]:
    choice = lesson.network.spec.training.optimizer
    if entry.powers:
        count = lesson.letters.variable("t")
        yield paragraph("Here ", count, " counts the updates, this one included.")
    if choice.number("weight_decay") and choice.word("decays") == "weights":
        yield paragraph("Only weights decay; for a bias the gradient stands alone.")
    yield paragraph(
        "All gradients are taken at the old parameters: no update may see another's result."
    )


def _rule(lesson: Lesson, parameter: Expression, bias: bool) -> Rule:
    """Write the optimizer's rule with its letters, for one parameter or for any."""
    choice = lesson.network.spec.training.optimizer
    entry = OPTIMIZERS[choice.name]
    slots = tuple(Symbol(slot) for slot in entry.slots)
    powers = tuple(Symbol(f"{one} power") for one in entry.powers)
    rows: list[tuple[str, Expression]] = []
    gradient = Symbol("gradient")
    shown = _letters(lesson, entry, parameter)
    if decays(lesson, bias):
        share = product(Number(choice.number("weight_decay")), Symbol("parameter"))
        rows.append(("decayed", gradient + share))
    elif entry.slots:
        rows.append(("decayed", gradient))
    if rows:
        gradient = Symbol("decayed")
    old = Old(Symbol("parameter"), gradient, slots, Symbol(RATE), powers)
    for slot, value in zip(slots, entry.new_slots(old, choice), strict=True):
        rows.append((slot.name, value))
    return Rule((*rows, *_corrected(entry.new_parameter(old, slots, choice), slots)), shown)


def _corrected(node: Expression, slots: tuple[Symbol, ...]) -> Iterator[tuple[str, Expression]]:
    """Give a slot divided by something (Adam's corrected moments) a row and a hat of its own."""
    found: dict[str, Expression] = {}

    def replaced(part: Expression) -> Expression:
        if isinstance(part, Quotient) and part.numerator in slots and "power" in str(part):
            found[f"{part.numerator} hat"] = part
            return Symbol(f"{part.numerator} hat")
        parts = part.parts
        return rebuilt(part, tuple(map(replaced, parts))) if parts else part

    short = replaced(node)
    yield from found.items()
    yield "parameter", short


def decays(lesson: Lesson, bias: bool) -> bool:
    """Say whether weight decay adds to a parameter's gradient."""
    choice = lesson.network.spec.training.optimizer
    return bool(choice.number("weight_decay")) and not (bias and choice.word("decays") == "weights")


def _letters(lesson: Lesson, entry: Optimizer, parameter: Expression) -> dict[str, Expression]:
    letters = lesson.letters
    loss = letters.batch_loss
    shown: dict[str, Expression] = {
        "parameter": parameter,
        "gradient": Partial(loss, parameter),
        "decayed": letters.role("g", "d"),
        RATE: rate_letter(lesson),
    }
    for slot in entry.slots:
        letter = letters.role(*SLOT_LETTERS.get(slot, (slot[0],)))
        shown[slot] = letter
        shown[f"{slot} hat"] = Letter(replace(letter.glyph, hat=True))
    count = letters.variable("t")
    for option in entry.powers:
        beta = letters(Number(lesson.network.spec.training.optimizer.number(option)))
        shown[f"{option} power"] = Raised(beta, count)
    return shown


def _becomes(lesson: Lesson, rule: Rule, name: str, node: Expression) -> Equalities:
    right = lesson.letters(substitute(node, rule.shown))
    return Equalities(rule.shown[name], ((_relation(name), right),))


def _relation(row: str) -> str:
    """Say whether a row becomes something new or only is something."""
    return "=" if row == "decayed" or row.endswith(" hat") else "<-"


def update_rows(lesson: Lesson, name: str) -> Iterator[Equation]:
    """Write one parameter's update, by the first step's values if there are any."""
    found = [one for one in lesson.network.parameters if one.name == name and not one.frozen]
    if not found or not _is_trained(lesson):
        return
    rule = _rule(lesson, lesson.letters.symbol(name), found[0].kind == "bias")
    bare = len(rule.rows) > 1 and not _is_first(lesson, found[0])
    known = dict(_known(lesson, found[0])) if lesson.steps else {}
    named = dict(_named(lesson, found[0])) if lesson.steps else {}
    for row, node in rule.rows:
        if node != Symbol("gradient"):
            body = (
                _in_numbers(lesson, rule, row, node, known, named, bare)
                if lesson.steps
                else _becomes(lesson, rule, row, node)
            )
            yield Equation(f"{name}-{_label(row)}", body, _node(row, name), extra=True)
        if lesson.steps:
            known[row] = value_of(node, known)
            named[row] = substitute(node, named)


def _is_first(lesson: Lesson, parameter: Parameter) -> bool:
    """Say whether no parameter told of before it has the same rule."""
    decay = decays(lesson, parameter.kind == "bias")
    alike = (
        one.name
        for one in lesson.network.parameters
        if one.name in lesson.wrt and not one.frozen and decays(lesson, one.kind == "bias") == decay
    )
    return next(alike, "") == parameter.name


def _label(row: str) -> str:
    words = {"parameter": "update", "decayed": "decayed"}
    return words.get(row, row.replace("_", "-").replace(" ", "-"))


def _node(row: str, name: str) -> str:
    """Return the assignment of the update program that a row is."""
    if row.endswith(" hat"):
        return ""
    words = {"parameter": f"new_{name}", "decayed": f"decayed_{name}"}
    return words.get(row, f"new_{row}_{name}")


def _known(lesson: Lesson, parameter: Parameter) -> Values:
    """Return what the first step knows of one parameter, by the names of the rule."""
    step = lesson.steps[0]
    choice = lesson.network.spec.training.optimizer
    entry = OPTIMIZERS[choice.name]
    known = {
        "parameter": step.before[parameter.name],
        "gradient": step.gradients[parameter.name],
        RATE: step.rate,
    }
    moving = [one.name for one in lesson.network.parameters if not one.frozen]
    place = moving.index(parameter.name)
    old, new = list(step.state.values()), list(step.new_state.values())
    for position, slot in enumerate(entry.slots):
        known[slot] = old[position * len(moving) + place]
    for position, option in enumerate(entry.powers):
        known[f"{option} power"] = new[len(entry.slots) * len(moving) + position]
    return known


def _named(lesson: Lesson, parameter: Parameter) -> dict[str, Expression]:
    """Return what the program of the rule calls the same."""
    training = lesson.training
    moving = [one.name for one in lesson.network.parameters if not one.frozen]
    place, entry = moving.index(parameter.name), OPTIMIZERS[_optimizer(lesson)]
    new = training.rule.outputs[len(lesson.network.parameters) :]
    called = {
        "parameter": parameter.name,
        "gradient": lesson.derivation.adjoints[parameter.name].name,
        RATE: training.rate,
    }
    for position, slot in enumerate(entry.slots):
        called[slot] = training.state[position * len(moving) + place]
    for position, option in enumerate(entry.powers):
        called[f"{option} power"] = new[len(entry.slots) * len(moving) + position]
    return {name: Symbol(one) for name, one in called.items()}


def _optimizer(lesson: Lesson) -> str:
    return lesson.network.spec.training.optimizer.name


def _in_numbers(
    lesson: Lesson,
    rule: Rule,
    row: str,
    node: Expression,
    known: Values,
    named: dict[str, Expression],
    bare: bool,
) -> Equalities:
    """Chain what becomes to the rule, to its numbers, and to the new value.

    ``bare``: without the rule in symbols, as a rule of several lines is told once only.
    """
    letters = lesson.letters
    found = worked(node, known)
    symbols = letters(substitute(node, rule.shown))
    shown = {
        name: replace(one, origin=Origin(named[name], updating=True))
        for name, one in found.inside.items()
    }
    inside = letters(substitute(node, shown))
    first = "=" if found.exact else "~"
    steps: list[tuple[str, Expression]] = [(_relation(row), symbols), (first, inside)]
    if bare:
        steps = [(_relation(row) if found.exact or _relation(row) != "=" else "~", inside)]
    origin = Origin(substitute(node, named), updating=True)
    result: Expression = replace(found.result, origin=origin)
    if not found.holds:
        result = Listed((result, Words("from unrounded values")))
    steps.append(("=" if found.equal else "~", result))
    return Equalities(rule.shown[row], tuple(steps))
