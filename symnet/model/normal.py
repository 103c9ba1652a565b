"""A network's canonical text, and the hash that identifies it.

In: Spec. Out: text.
"""

import json
from dataclasses import fields, is_dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from symnet.model.spec import Spec

# What files could not say at first: left out where they do not, so that their hash stays.
ADDED = frozenset(("symbols",))


def normalised(spec: Spec) -> str:
    """Write a Spec in one way: comments, order of keys and spelling of numbers do not matter."""
    return json.dumps(_plain(spec), sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def fingerprint(spec: Spec) -> str:
    """Return the SHA-256 of the normalised network."""
    return sha256(normalised(spec).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"kind": type(value).__name__}
        found = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return kind | {key: one for key, one in found.items() if one or key not in ADDED}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value
