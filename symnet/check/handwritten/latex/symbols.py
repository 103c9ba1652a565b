r"""How each quantity of a network is spelt in LaTeX: w_1, w_{1}, \hat{y}, \delta_1, \eta.

In: Truth, mapping. Out: patterns by quantity.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from symnet.check.handwritten.truth import RATE, Truth
from symnet.errors import SpecError
from symnet.model.glyphs import GREEK, Glyph, glyph, glyphs, indexed
from symnet.model.symbols import symbol, symbols_of

LOSSES = (r"\\mathcal\s*\{\s*L\s*\}", r"\\mathcal\s+L", r"\\ell", "L", "E", "J", "C")
RATES = (r"\\eta", r"\\alpha", r"\\gamma", r"\\lambda", r"\\mathrm\s*\{\s*lr\s*\}")
BLANK = r"\s*"
# Letters that are a command, and those that have two forms.
COMMANDS = GREEK | {"ell"}
_VARIANT = {one: f"(?:var)?{one}" for one in ("epsilon", "theta", "kappa", "pi", "rho", "phi")}


def patterns(truth: Truth, mapping: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return how each quantity may be spelt, as regular expressions.

    Raises:
        SpecError: the mapping names a quantity that there is not.
    """
    network = truth.network
    errors = {one.name for one in network.variables if one.kind == "error"}
    names = [n for n in (*truth.data, *truth.parameters, *truth.variables) if n not in errors]
    names = [name for name in dict.fromkeys(names) if name != network.loss]
    shown = _shown(truth, names)
    found = {name: spelt(one) for name, one in shown.items()}
    letters = {one.letter for one in shown.values()}
    letters |= {glyph(one).letter for _, one in network.spec.symbols}
    found[network.loss] = _role(truth, "loss", LOSSES, letters)
    found[RATE] = _role(truth, "learning_rate", RATES, letters)
    if "delta" not in letters or symbol(network.spec, "delta"):
        found |= _deltas(truth, shown)
    return found | _asked(truth, mapping, found)


def _shown(truth: Truth, names: Iterable[str]) -> dict[str, Glyph]:
    network = truth.network
    symbols = symbols_of(network.spec, network.variables)
    return glyphs(names, network.spec.numbering == "layered", symbols=symbols)


def _role(
    truth: Truth, role: str, usual: tuple[str, ...], letters: Collection[str]
) -> tuple[str, ...]:
    """Return how the loss or the rate is spelt: as the file says, or as usual."""
    asked = symbol(truth.network.spec, role)
    free = tuple(one for one in usual if one.lstrip("\\") not in letters)
    return free if asked is None else (*spelt(asked), *free)


def _asked(
    truth: Truth, mapping: Mapping[str, str], found: dict[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Add the spellings that the user gives."""
    added: dict[str, tuple[str, ...]] = {}
    for spelling, name in mapping.items():
        name = RATE if name in ("learning_rate", "lr", "eta") else name
        if name not in found and name not in truth.definitions:
            raise SpecError(f"mapping {spelling}={name}: the network has no {name}")
        words = re.findall(r"\\[A-Za-z]+|\S", spelling)
        before = added.get(name, found.get(name, ()))
        added[name] = (*before, BLANK.join(map(re.escape, words)))
    return added


def _deltas(truth: Truth, shown: Mapping[str, Glyph]) -> dict[str, tuple[str, ...]]:
    """Return how the adjoints of pre-activations are spelt: as delta, with the same indices."""
    found = {}
    delta = symbol(truth.network.spec, "delta") or Glyph("delta")
    for layer in truth.network.layers:
        for unit in layer.units:
            one = shown[unit.z]
            name = truth.gradient.get(unit.z)
            if name is not None and not one.verbatim:
                found[name] = spelt(indexed(delta, one))
    return found


def spelt(one: Glyph) -> tuple[str, ...]:
    """Return the patterns of one symbol."""
    if one.verbatim:
        return (rf"\\mathtt\s*\{{\s*{re.escape(one.letter)}\s*\}}",)
    letter = rf"\\{_VARIANT.get(one.letter, one.letter)}" if one.letter in COMMANDS else one.letter
    if len(one.letter) > 1 and one.letter not in COMMANDS:
        letter = rf"\\(?:mathrm|mathit|text|operatorname)\s*\{{\s*{one.letter}\s*\}}"
    if one.hat:
        letter = rf"\\(?:wide)?hat\s*(?:\{{\s*{letter}\s*\}}|{letter})"
    below, above = _index("_", one.below), _index(r"\^", one.above, brackets=True)
    if below and above:
        return (f"{letter}{BLANK}{below}{BLANK}{above}", f"{letter}{BLANK}{above}{BLANK}{below}")
    return (f"{letter}{BLANK}{below or above}",) if below or above else (letter,)


def _place(place: str) -> str:
    """Write one index; a word may stand upright."""
    if len(place) == 1 or place.isdigit():
        return re.escape(place)
    return rf"(?:\\(?:mathrm|text)\s*\{{\s*{re.escape(place)}\s*\}}|{re.escape(place)})"


def _index(mark: str, places: tuple[str, ...], brackets: bool = False) -> str:
    """Write an index: _1, _{1}, _{12}, _{1,2}, ^{(1)}."""
    if not places:
        return ""
    inside = r"\s*,?\s*".join(map(_place, places))
    if brackets:
        inside = rf"[(\[]\s*{inside}\s*[)\]]"
        return rf"{mark}\s*\{{\s*{inside}\s*\}}"
    alone = len(places) == 1 and len(places[0]) == 1
    short = f"|{re.escape(places[0])}(?![0-9])" if alone else ""
    return rf"{mark}\s*(?:\{{\s*{inside}\s*\}}{short})"


def letters(truth: Truth) -> dict[str, str]:
    """Return how a correction spells each quantity."""
    names = (*truth.data, *truth.parameters, *(one for one in truth.variables))
    found = {}
    for name, one in _shown(truth, dict.fromkeys(names)).items():
        letter = f"\\{one.letter}" if one.letter in COMMANDS else one.letter
        letter = rf"\hat{{{letter}}}" if one.hat else letter
        above = f"^{{({','.join(one.above)})}}" if one.above else ""
        below = ",".join(one.below)
        below = below if len(below) < 2 else f"{{{below}}}"
        found[name] = name if one.verbatim else f"{letter}{f'_{below}' if below else ''}{above}"
    return found
