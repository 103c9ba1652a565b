"""Names taken apart: what kind of thing a name says it is, and which one.

In: a name. Out: Spelling.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

ROLES: dict[str, str] = {
    **dict.fromkeys(("w", "weight", "weights", "wt", "ws", "theta"), "weight"),
    **dict.fromkeys(("b", "bias", "biases", "bs"), "bias"),
    **dict.fromkeys(("x", "input", "inputs", "inp", "feature", "features", "xs"), "input"),
    **dict.fromkeys(("y", "target", "targets", "label", "labels", "truth", "expected"), "target"),
    **dict.fromkeys(("desired", "actual", "t", "ys", "true"), "target"),
    **dict.fromkeys(("lr", "eta", "alpha", "rate", "stepsize"), "rate"),
    **dict.fromkeys(("loss", "cost", "mse", "error", "err", "bce", "sse", "criterion"), "loss"),
    **dict.fromkeys(("pred", "prediction", "predicted", "yhat", "hat", "predict"), "prediction"),
    **dict.fromkeys(("h", "a", "hidden", "act", "activation", "out", "output", "o"), "activation"),
    **dict.fromkeys(("z", "net", "s", "preact", "pre", "sum", "in"), "pre_activation"),
    **dict.fromkeys(("delta", "deltas"), "delta"),
}
GRADIENT = {
    *("d", "dl", "de", "dj", "dc", "deriv", "derivative", "grad", "gradient", "grads", "g"),
    *("dloss", "dcost", "derror", "dlde", "partial", "nabla", "gradients", "dw", "db", "wrt"),
    *("del", "der", "dldw", "dedw", "by", "of", "dmse", "gradw", "gradb"),
}
NEW = {"new", "next", "updated", "update", "after", "upd"}
FILLER = {
    "l",
    "e",
    "j",
    "c",
    "the",
    "self",
    "value",
    "values",
    "layer",
    "node",
    "vec",
    "mat",
    "arr",
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name's words in lower case and its numbers; ``role``: the kind of leaf it names, if any.

    ``gradient``, ``new``: it says so. ``family``: the name with its numbers left out.
    """

    words: tuple[str, ...]
    numbers: tuple[int, ...]
    role: str | None
    gradient: bool
    new: bool
    family: str


def own_name(name: str) -> str:
    """Return a name without the object that it belongs to: self.W1, and self'.W1 of a second."""
    return re.sub(r"^self'*\.", "", name) if name.startswith("self") else name


@lru_cache(maxsize=4096)
def spelling(name: str) -> Spelling:
    """Take a name apart."""
    name = own_name(name)
    found = WORDS.findall(name)
    words = tuple(one.lower() for one in found if not one.isdigit())
    numbers = tuple(int(one) for one in found if one.isdigit() and len(one) < 6)
    plain = [one for one in words if one not in FILLER]
    gradient, new = _is_gradient(words), any(one in NEW for one in words)
    named = [one for one in plain if one not in GRADIENT and one not in NEW]
    roles = {ROLES[one] for one in named if one in ROLES}
    role = _role(words, roles, len(named))
    return Spelling(words, numbers, role, gradient, new, re.sub(r"\d+", "#", name))


def _is_gradient(words: tuple[str, ...]) -> bool:
    return any(one in GRADIENT for one in words)


def _role(words: tuple[str, ...], roles: set[str], count: int) -> str | None:
    if words in (("y", "true"), ("true", "value"), ("true", "output"), ("y", "target")):
        return "target"
    if words in (("learning", "rate"), ("step", "size"), ("l", "r")):
        return "rate"
    if "pred" in words or "hat" in words or "prediction" in words or "predicted" in words:
        return "prediction"
    return next(iter(roles)) if len(roles) == 1 and count == 1 else None


def says_parameter(name: str, own: Mapping[str, str]) -> str | None:
    """Return the parameter, of ``own`` names, that a name of a derivative or new value mentions.

    What is left of the name must be that parameter and nothing else: ``deriv_L_w1_left`` is none.
    """
    bare = own_name(name)
    if bare in own:
        return bare
    by_spelling = {plain(one): one for one in own}
    for affix in stripped(bare):
        if affix in own:
            return affix
        if plain(affix) in by_spelling:
            return by_spelling[plain(affix)]
    return None


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Return a name without underscores and capitals."""
    return re.sub(r"[\W_]", "", name).lower()


PREFIX = re.compile(
    r"^(?:new|next|updated|upd|old|deriv\w*?|grad(?:ient)?s?|partial|nabla|d|dL|dE|dJ|dC|dl|del|der"
    r"|dLoss|dloss|dcost|derror|g|L|E|J|C|loss|cost|error|wrt|by|of|update|delta)_*(?=.)",
)
SUFFIX = re.compile(
    r"(?<=.)_*(?:new|next|updated|grad(?:ient)?|deriv(?:ative)?|d|upd|after|bar|delta)$"
)
DERIVED = re.compile(r"^d[A-Za-z]+?_?d_?(?=.)")


@lru_cache(maxsize=4096)
def stripped(name: str) -> tuple[str, ...]:
    """Return the name with more and more taken off that says derivative or new."""
    found: list[str] = []
    waiting = [name]
    while waiting and len(found) < 40:
        one = waiting.pop(0)
        if one in found:
            continue
        found.append(one)
        for pattern in (DERIVED, PREFIX, SUFFIX):
            shorter = pattern.sub("", one, count=1)
            if shorter and shorter != one:
                waiting.append(shorter)
    return tuple(found[1:])
