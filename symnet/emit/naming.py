"""Names that a language, or the emitted code itself, already uses: escaped by one rule.

In: names, reserved names. Out: what each name is called in the code.
"""

from collections.abc import Collection, Iterable

from symnet.model.program import unused

# Names that linters of Python take for digits; some versions want a comment to let them stand, and
# others none.
AMBIGUOUS = frozenset("lOI")


def escaped(names: Iterable[str], reserved: Collection[str]) -> dict[str, str]:
    """Put underscores behind the ``reserved`` ones among ``names`` until they are unlike any other.

    The result holds every name, most of them unchanged.
    """
    called = {name: name for name in names}
    taken = {*called, *reserved}
    for name in called:
        if name in reserved:
            called[name] = unused(name, taken)
            taken.add(called[name])
    return called


def renamed(called: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the names that had to change, each with what it is called now."""
    return tuple((name, now) for name, now in called.items() if name != now)
