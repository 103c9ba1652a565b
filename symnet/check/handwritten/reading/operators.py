"""Python's operators read: arithmetic, comparisons, tests.

In: ast nodes. Out: Value.
"""

from __future__ import annotations

import ast
from typing import Any

from symnet.check.handwritten.formula import (
    Apply,
    Formula,
    Literal,
    Reading,
    is_count,
    walk,
)
from symnet.check.handwritten.reading.formulas import LONGEST
from symnet.check.handwritten.reading.memory import severed
from symnet.check.handwritten.reading.texts import UNKNOWN, Texts
from symnet.check.handwritten.reading.values import (
    Items,
    Unread,
    Value,
    Words,
)

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.MatMult: "matmul",
}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.Lt: "<",
    ast.GtE: ">=",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class Operators(Texts):
    """Reads what is put together by operators."""

    def _read_unaryop(self, node: ast.UnaryOp) -> Value:
        operand = self.formula(node.operand)
        if isinstance(node.op, ast.UAdd):
            return severed(operand) if isinstance(operand, Formula) else operand
        if isinstance(node.op, ast.USub):
            if isinstance(operand, Literal):
                return Literal(-operand.value, self.at(node))
            return self.apply("negative", node, [operand])
        if isinstance(node.op, ast.Not):
            return self.apply("compare", node, [operand, Literal(0)], "==")
        return Unread("a bitwise operation", self.at(node))

    def _read_binop(self, node: ast.BinOp) -> Value:
        left, right = self.expression(node.left), self.expression(node.right)
        if isinstance(left, Words) and isinstance(node.op, ast.Mod):
            return self.percent(left, right)
        if isinstance(left, Words) or isinstance(right, Words):
            return self.joined([left, right]) if isinstance(node.op, ast.Add) else UNKNOWN
        joined = self._lists(node.op, left, right)
        if joined is not None:
            return joined
        return self.operation(
            node, node.op, self.as_formula(left, node.left), self.as_formula(right, node.right)
        )

    def _lists(self, op: ast.operator, left: Value, right: Value) -> Value | None:
        """Join or repeat lists."""
        if isinstance(left, Items) and isinstance(right, Items) and isinstance(op, ast.Add):
            if len(left.values) + len(right.values) > LONGEST:
                return Unread(f"a list of more than {LONGEST} entries")
            return Items([*left.values, *right.values])
        if isinstance(right, Items) and isinstance(op, ast.Mult):
            left, right = right, left
        if isinstance(left, Items) and isinstance(op, ast.Mult):
            times = self.whole(right)
            if times is not None and 0 <= times * len(left.values) <= LONGEST:
                return Items(left.values * times)
        return None

    def operation(self, node: ast.AST, op: ast.operator, left: Any, right: Any) -> Value:
        """Apply an operator of Python's to two formulas."""
        if isinstance(right, Literal) and isinstance(left, Reading) and _is_idle(op, right):
            return severed(left)
        if type(op) in OPERATORS:
            return self.apply(OPERATORS[type(op)], node, [left, right])
        a, b = self.whole(left), self.whole(right)
        if a is not None and b and isinstance(op, ast.Mod | ast.FloorDiv):
            return Literal(a % b if isinstance(op, ast.Mod) else a // b, self.at(node))
        return Unread(f"the operator {type(op).__name__} is not followed", self.at(node))

    def _read_compare(self, node: ast.Compare) -> Value:
        if len(node.ops) != 1:
            return Unread("a chain of comparisons", self.at(node))
        left, right = self.expression(node.left), self.expression(node.comparators[0])
        same = isinstance(node.ops[0], ast.Is | ast.Eq)
        if isinstance(node.ops[0], ast.Is | ast.IsNot):
            return Literal(int((type(left) is type(right)) == same), self.at(node))
        if isinstance(left, Words) and isinstance(right, Words):
            texts = self.spelt(left), self.spelt(right)
            if None not in texts:
                return Literal(int((texts[0] == texts[1]) == same), self.at(node))
        if type(node.ops[0]) not in COMPARISONS:
            return Unread("this comparison is not followed", self.at(node))
        parts = (self.as_formula(left, node.left), self.as_formula(right, node.comparators[0]))
        return self.apply("compare", node, parts, COMPARISONS[type(node.ops[0])])

    def _read_boolop(self, node: ast.BoolOp) -> Value:
        parts = [self.formula(one) for one in node.values]
        result: Value = parts[0]
        for one in parts[1:]:
            both = self.apply("multiply", node, [result, one])
            if isinstance(node.op, ast.Or):
                either = self.apply("add", node, [result, one])
                both = self.apply("subtract", node, [either, both])
            result = both
        return result

    def _read_ifexp(self, node: ast.IfExp) -> Value:
        test = self.formula(node.test)
        decided = self.decided(test)
        if decided is not None:
            return self.expression(node.body if decided else node.orelse)
        return self.apply(
            "select", node, [test, self.formula(node.body), self.formula(node.orelse)]
        )

    def decided(self, test: Value) -> bool | None:
        """Decide a test that hangs on counters and written-out numbers alone: ``l == L``."""
        if not isinstance(test, Formula):
            return None
        if not _counts_only(test) and not (any(map(_is_counter, walk(test))) and is_count(test)):
            return None
        found = self.constant(test)
        return None if found is None else bool(found)


def _is_counter(formula: Formula) -> bool:
    return isinstance(formula, Reading) and formula.binding.kind == "counter"


def _counts_only(formula: Formula) -> bool:
    """Tell whether a test reads nothing but counters and numbers written there."""
    if isinstance(formula, Reading):
        one = formula.binding
        flag = isinstance(one.formula, Literal) and isinstance(one.formula.value, bool)
        return one.kind == "counter" or flag or (one.kind == "length")
    if isinstance(formula, Apply):
        return formula.function != "random" and all(map(_counts_only, formula.arguments))
    return isinstance(formula, Literal)


def _is_idle(op: ast.operator, right: Literal) -> bool:
    """Tell whether an operation makes a mere copy: ``W + 0``, ``W * 1``."""
    kept = {ast.Add: 0, ast.Sub: 0, ast.Mult: 1, ast.Div: 1}.get(type(op))
    return kept is not None and type(right.value) is int and right.value == kept
