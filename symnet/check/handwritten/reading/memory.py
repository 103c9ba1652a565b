"""Arrays with several names: what is changed in place is changed under every one of them.

In: Binding. Out: Memory.

``b = a`` gives an array a second name, as do entries of lists and arguments of functions; a slice
shows a part of it. A number has no such life: ``b = a; b -= 1`` leaves a number a as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symnet.check.handwritten.formula import Apply, Binding, Formula, Reading, Scope, rebuilt

SHOWING = {"index", "transpose", "reshape"}


class Memory:
    """Which array every binding holds, and what each has become since.

    ``latest``: what an array was last changed to, by the binding that made it. ``kept``: what
    lists, dictionaries and objects held before one side of a test changed them.
    """

    def __init__(self) -> None:
        self.latest: dict[Binding, Binding] = {}
        self.kept: dict[Any, Any] | None = None
        self._states: dict[Binding, Binding] = {}
        self._makers: dict[Binding, Binding] = {}

    def touch(self, holder: Any) -> None:
        """Keep what a list, a dictionary or an object's names hold, about to be changed."""
        if self.kept is not None and holder not in self.kept:
            self.kept[holder] = contents(holder)

    def share(self, made: Binding) -> None:
        """Note that a binding is a second name."""
        formula = made.formula
        if isinstance(formula, Reading) and not formula.copied:
            self._states[made] = self.state(formula.binding)

    def state(self, binding: Binding) -> Binding:
        """Return the binding that worked out what a name was bound to."""
        return self._states.get(binding, binding)

    def current(self, binding: Binding) -> Binding:
        """Return what a name stands for by now."""
        state = self.state(binding)
        found = self.latest.get(self._makers.get(state, state), state)
        return binding if found is state else found

    def change(self, old: Binding, new: Binding) -> None:
        """Note that the array a name holds was changed in place."""
        state = self.state(old)
        maker = self._makers.get(state, state)
        self._makers[new] = maker
        self.latest[maker] = new


def contents(holder: Any) -> Any:
    """Return what a list, a dictionary or a scope holds, to be put back."""
    if isinstance(holder, Scope):
        return {name: list(history) for name, history in holder.history.items()}
    return holder.values.copy()


def put_back(holder: Any, kept: Any) -> None:
    """Let a list, a dictionary or a scope hold what it held."""
    if isinstance(holder, Scope):
        holder.history = kept
    else:
        holder.values = kept


def shown(formula: Formula) -> Reading | None:
    """Return what a formula shows a part of, or lays out otherwise; None where it copies."""
    while isinstance(formula, Apply) and formula.function in SHOWING:
        formula = formula.arguments[0]
    return formula if isinstance(formula, Reading) and not formula.copied else None


def severed(formula: Formula) -> Formula:
    """Return a formula for a copy of what it stands for."""
    if isinstance(formula, Reading):
        return Reading(formula.binding, formula.at, copied=True)
    if isinstance(formula, Apply) and formula.function in SHOWING:
        return rebuilt(formula, (severed(formula.arguments[0]),))
    return formula


def seen_in(formula: Formula, base: Formula) -> Formula:
    """Show the same part of another array."""
    if isinstance(formula, Apply):
        return rebuilt(formula, (seen_in(formula.arguments[0], base),))
    return base


def put_into(
    formula: Formula, base: Formula, new: Formula, shape: Callable[[Formula], Any]
) -> Formula:
    """Return an array with the part that a formula shows of it put anew."""
    if not isinstance(formula, Apply):
        return new
    inner = formula.arguments[0]
    whole = seen_in(inner, base)
    match formula.function:
        case "index":
            part: Formula = Apply("replaced", (whole, new), new.at, formula.options)
        case "transpose":
            part = Apply("transpose", (new,), new.at)
        case _:
            part = Apply("reshape", (new,), new.at, (shape(whole),))
    return put_into(inner, base, part, shape)
