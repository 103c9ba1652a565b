"""A calculator for displayed arithmetic: what a reader gets who types the numbers of a line in.

It reads LaTeX, knows nothing of symnet's trees, and refuses everything that is not a number.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import mpmath

TOKEN = re.compile(r"\s+|\d+(?:\.\d+)?|\\mathrm\{[A-Za-z]+\}|\\[A-Za-z]+|\\,|[-+(){}^_|,']|e")
NOISE = {r"\,", r"\left", r"\right"}
Functions = Mapping[str, Callable[..., Any]]


class NotNumericError(Exception):
    """The text has something in it that no calculator has a key for."""


def calculated(text: str, functions: Functions) -> Any:
    """Return the value of arithmetic in LaTeX."""
    reader = _Reader(text, functions)
    value = reader.sum()
    if reader.position != len(reader.tokens):
        raise NotNumericError(text)
    return value


def steps(text: str) -> list[tuple[str, str]]:
    """Split a chain of equalities into (relation, right side)."""
    parts = re.split(r"(=|\\approx|\\leftarrow)", text)
    return list(zip(parts[1::2], parts[2::2], strict=True))


class _Reader:
    def __init__(self, text: str, functions: Functions) -> None:
        self.tokens: list[str] = []
        self.functions = functions
        self.position = 0
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None:
                raise NotNumericError(text)
            at = found.end()
            token = found[0].strip()
            if token and token not in NOISE:
                self.tokens.append(token)

    @property
    def next(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.next
        if not token or (wanted and token != wanted):
            raise NotNumericError(f"{wanted} wanted, {token} found")
        self.position += 1
        return token

    def sum(self) -> Any:
        sign = -1 if self.next == "-" else 1
        if sign < 0:
            self.take()
        value = sign * self.product()
        while self.next in ("+", "-"):
            negative = self.take() == "-"
            term = self.product()
            value = value - term if negative else value + term
        return value

    def product(self) -> Any:
        value = self.power()
        while self.next and self.next not in ("+", "-", ")", "}", "|", ","):
            if self.next == r"\cdot":
                self.take()
            value = value * self.power()
        return value

    def power(self) -> Any:
        base = self.atom()
        if self.next == "^":
            self.take()
            return mpmath.power(base, self.argument())
        return base

    def argument(self) -> Any:
        if self.next != "{":
            return mpmath.mpf(self.take())
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def atom(self) -> Any:
        token = self.take()
        if token[0].isdigit():
            return mpmath.mpf(token)
        if token == "(":
            return self.closed(")")
        if token == "|":
            return abs(self.closed("|"))
        if token == "e":
            return mpmath.e
        if token == r"\frac":
            return self.argument() / self.argument()
        if token == r"\sqrt":
            return mpmath.sqrt(self.argument())
        return self.call(token)

    def closed(self, end: str) -> Any:
        value = self.sum()
        self.take(end)
        return value

    def call(self, token: str) -> Any:
        """Apply a function; an index below it is its first argument."""
        name = re.sub(r"\\mathrm\{(.*)\}|\\(.*)", r"\1\2", token)
        if name not in self.functions:
            raise NotNumericError(token)
        index = []
        if self.next == "_":
            self.take()
            index = [self.argument()]
        self.take("(")
        values = [self.sum()]
        while self.next == ",":
            self.take()
            values.append(self.sum())
        self.take(")")
        return self.functions[name](*index, *values)
