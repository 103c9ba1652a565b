"""The two sides of a test followed one by one, and what is chosen between afterwards.

In: statements. Out: Side.

Each side starts from what was there before: names, arrays, and what lists, dictionaries and
objects hold.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Any

from symnet.check.handwritten.formula import Apply, Binding, Formula, Reading, Scope
from symnet.check.handwritten.reading.memory import contents, put_back
from symnet.check.handwritten.reading.showing import Showing
from symnet.check.handwritten.reading.text import Outcome
from symnet.check.handwritten.reading.values import Items, Unread, Value

ONE_SIDE = "assigned on one side of a test only"


@dataclass(frozen=True, slots=True)
class Side:
    """One side followed: its names, what arrays and containers became there, how it ended."""

    scope: Scope
    latest: dict[Binding, Binding]
    held: dict[Any, Any]
    outcome: Outcome | None = None

    @property
    def unnamed(self) -> Side:
        """The side without its own names: what the other ended with is beyond a return."""
        return replace(self, scope=Scope())


class Sides(Showing):
    """Follows a side, and puts two together."""

    def side(self, body: list[ast.stmt]) -> Side:
        """Follow one side; leave everything as it was before."""
        outer, memory = self.scope, self.memory
        latest, kept = memory.latest, memory.kept
        self.scope, memory.latest, memory.kept = Scope(outer), dict(latest), {}
        try:
            outcome = self.block(body)
            held = {holder: contents(holder) for holder in memory.kept}
            return Side(self.scope, memory.latest, held, outcome)
        finally:
            for holder, before in memory.kept.items():
                put_back(holder, before)
            self.scope, memory.latest, memory.kept = outer, latest, kept

    def merge(self, node: ast.If, test: Formula, yes: Side, no: Side) -> None:
        """Choose between what the sides made."""
        made: dict[str, Value] = {}
        for name in dict.fromkeys((*yes.scope.history, *no.scope.history)):
            made[name] = self._either(node, test, *(self._ended(name, one) for one in (yes, no)))
        self._merge_arrays(node, test, yes.latest, no.latest)
        for holder in dict.fromkeys((*yes.held, *no.held)):
            before = contents(holder)
            self._merge_held(
                node, test, holder, yes.held.get(holder, before), no.held.get(holder, before)
            )
        for name, value in made.items():
            self.scope.bind(name, self.named(name, value, node), self._next())

    def _either(self, node: ast.If, test: Formula, one: Value | None, other: Value | None) -> Value:
        if one is other and one is not None:
            return one
        if isinstance(one, Formula) and isinstance(other, Formula):
            return Apply("select", (test, one, other), self.at(node))
        return Unread(ONE_SIDE, self.at(node), numeric=False)

    def _ended(self, name: str, side: Side) -> Value | None:
        """Return what a name stands for at the end of a side."""
        self.memory.latest = side.latest
        value: Value | None = side.scope.get(name) or self.scope.get(name)
        return value and self.current(value)

    def _merge_arrays(
        self,
        node: ast.If,
        test: Formula,
        yes: dict[Binding, Binding],
        no: dict[Binding, Binding],
    ) -> None:
        """Choose between what arrays became on both sides, for their other names."""
        self.memory.latest = dict(no)
        for array in dict.fromkeys((*yes, *no)):
            one, other = yes.get(array, array), no.get(array, array)
            if one is not other:
                chosen = Apply("select", (test, Reading(one), Reading(other)), self.at(node))
                self.memory.change(array, self.handed_on(one.name, chosen).binding)

    def _merge_held(self, node: ast.If, test: Formula, holder: Any, yes: Any, no: Any) -> None:
        """Choose between what a list, a dictionary or an object held on both sides."""
        self.memory.touch(holder)
        if isinstance(holder, Items) and len(yes) != len(no):
            holder.values = [Unread(ONE_SIDE, self.at(node), numeric=False)]
            return
        one, other = _last(holder, yes), _last(holder, no)
        for key in dict.fromkeys((*one, *other)):
            value = self._either(node, test, one.get(key), other.get(key))
            if value is not one.get(key):
                value = self.named(_name_of(one.get(key), key), value, node)
            if isinstance(holder, Scope):
                holder.bind(key, value, self._next())
            else:
                holder.values[key] = value


def _name_of(value: Value | None, key: Any) -> str:
    return value.binding.name if isinstance(value, Reading) else f"({key})"


def _last(holder: Any, held: Any) -> dict[Any, Value]:
    """Return what a container held last, by key."""
    if isinstance(holder, Scope):
        return {name: history[-1][1] for name, history in held.items()}
    return dict(enumerate(held)) if isinstance(holder, Items) else held
