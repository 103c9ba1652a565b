"""Emitted Python read back with ast: what it counts, imports, calls and reads."""

import ast
from collections.abc import Iterator

from symnet.derive.operations import Counts


def functions(text: str) -> dict[str, ast.FunctionDef]:
    """Return the functions of a module by name."""
    tree = ast.parse(text)
    return {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}


def operations_in(node: ast.AST) -> Counts:
    """Count arithmetic in a function, from nothing but its text."""
    counts = Counts()
    for one in ast.walk(node):
        counts += _own(one)
    return counts


def _own(node: ast.AST) -> Counts:
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return Counts(additions=1)
        case ast.BinOp(op=ast.Mult()):
            return Counts(multiplications=1)
        case ast.BinOp(op=ast.Div()):
            return Counts(divisions=1)
        case ast.BinOp(op=op):
            raise AssertionError(f"{op} is none of the counted operations")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Counts(sign_changes=int(not isinstance(operand, ast.Constant)))
        case ast.IfExp():
            return Counts(maxima=1) if _is_maximum(node) else Counts(gates=1)
        case ast.Call():
            return Counts(function_calls=1)
    return Counts()


def _is_maximum(node: ast.IfExp) -> bool:
    assert isinstance(node.test, ast.Compare)
    left, right = ast.dump(node.test.left), ast.dump(node.test.comparators[0])
    if isinstance(node.test.ops[0], ast.Gt | ast.GtE):
        left, right = right, left
    return (ast.dump(node.body), ast.dump(node.orelse)) == (right, left)


def assigned_twice(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function binds more than once, its arguments included."""
    seen = {one.arg for one in function.args.args}
    twice = set()
    for name, _ in _bindings(function):
        if name in seen:
            twice.add(name)
        seen.add(name)
    return twice


def sources_of(function: ast.FunctionDef, name: str) -> set[str]:
    """Return the arguments and unpacked variables that ``name`` is computed from in the end."""
    reads = dict(_bindings(function))
    waiting, found, ends = [name], set[str](), set[str]()
    while waiting:
        one = waiting.pop()
        for read in reads.get(one, set()) - found:
            found.add(read)
            waiting.append(read)
            if not reads.get(read):
                ends.add(read)
    return ends


def read_directly(function: ast.FunctionDef) -> dict[str, set[str]]:
    """Return, for each variable, the variables in the expression it is assigned."""
    return dict(_bindings(function))


def _bindings(function: ast.FunctionDef) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            values = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
            for target in ast.walk(node.targets[0]):
                if isinstance(target, ast.Name):
                    yield target.id, values
