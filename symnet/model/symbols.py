"""Other letters for what a network file gives no names: pre-activations, the loss, the rate.

In: Section, Spec. Out: symbols by role, or a SpecError.

Symbols are for documents; code keeps its names.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from symnet.model.activations import ACTIVATIONS
from symnet.model.glyphs import SYMBOL, Glyph, glyph
from symnet.model.losses import LOSS_FUNCTIONS
from symnet.model.naming import given_parameters
from symnet.model.notation import LONGEST
from symnet.model.section import Section
from symnet.model.spec import Spec
from symnet.model.wording import shown

if TYPE_CHECKING:
    from symnet.model.network import Variable

# What has a symbol, and which it is by default. The first three go by the kind of a variable.
ROLES = {
    "pre_activation": "z",
    "activation": "h",
    "prediction": "y_hat",
    "loss": "L",
    "sample_loss": "ell",
    "delta": "delta",
    "learning_rate": "eta",
}
# Where another name takes the default, documents choose a letter of their own.
GIVES_WAY = frozenset(("loss", "sample_loss", "delta", "learning_rate"))
ELEMENTARY = ("e", "pi", "ln", "erf", "sign")
Head = tuple[str, bool]  # a letter, and whether it wears a hat


def read_symbols(top: Section, spec: Spec) -> tuple[tuple[str, str], ...]:
    """Return the symbols that a file asks for, by role, in the order of ``ROLES``.

    Raises:
        SpecError: a role is unknown, or a symbol cannot be written or stands for something else.
    """
    section = Section(top.file, "symbols", top.get("symbols", {}), ROLES)
    for role, name in section.content.items():
        if not isinstance(name, str) or not SYMBOL.fullmatch(name) or len(name) > LONGEST:
            section.fail(
                role,
                f"{shown(name)} cannot be a symbol: it is letters, perhaps digits, and perhaps one "
                f"_ and an index (ASCII, at most {LONGEST})",
            )
    asked = tuple((role, section.get(role)) for role in ROLES if role in section)
    taken = dict(_taken(spec, section)) if asked else {}
    for role, name in asked:
        if what := taken.get(_head(name)):
            section.fail(role, f"{name} is already {what}; give another symbol")
        taken[_head(name)] = f"the symbol of {role}"
    return asked


def _taken(spec: Spec, section: Section) -> Iterator[tuple[Head, str]]:
    """Yield what is written already: functions, defaults that stay, and the names of the file."""
    for function in (*ACTIVATIONS.values(), *LOSS_FUNCTIONS.values()):
        yield (function.symbol or function.name, False), "the name of a function"
    yield from (((name, False), "the name of a number or function") for name in ELEMENTARY)
    for role, default in ROLES.items():
        if role not in GIVES_WAY and role not in section:
            yield _head(default), f"the symbol of {role}"
    if any(layer.weights is None for layer in spec.layers):
        yield ("w", False), "the letter of the weights"
    if any(layer.biases is None for layer in spec.layers):
        yield ("b", False), "the letter of the biases"
    for what, names in (("inputs", spec.inputs), ("targets", spec.targets)):
        yield from ((_head(name), f"a letter of the {what}") for name in names)
    yield from ((_head(name), "a letter of the parameters") for _, name in given_parameters(spec))


def _head(name: str) -> Head:
    looks = glyph(name)
    return looks.letter, looks.hat


def symbols_of(spec: Spec, variables: "Iterable[Variable]") -> dict[str, Glyph]:
    """Return the symbols that stand in the place of the letters of variables."""
    asked = dict(spec.symbols)
    return {one.name: glyph(asked[one.kind]) for one in variables if one.kind in asked}


def symbol(spec: Spec, role: str) -> Glyph | None:
    """Return the symbol that the file asks for, if it does."""
    asked = dict(spec.symbols)
    return glyph(asked[role]) if role in asked else None
