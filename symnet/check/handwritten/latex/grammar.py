r"""A grammar for one side of an equality, whose terminals are the network's own symbols.

In: patterns of symbols. Out: a parser of lark's.

A letter that stands for nothing in the network is no token, so it is refused and never guessed at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

RULES = r"""
?start: sum
?sum: product
    | sum "+" product -> add
    | sum "-" product -> subtract
    | "-" product -> negative
    | "+" product
?product: power
    | product power -> multiply
    | product TIMES power -> multiply
    | product OVER power -> divide
    | product ENTRYWISE power -> entrywise
?power: atom
    | atom "^" index -> power
    | atom TRANSPOSE -> transposed
?index: DIGIT -> number
    | "{" sum "}"
?atom: NUMBER -> number
    | quantity
    | "(" sum ")"
    | "[" sum "]"
    | "{" sum "}"
    | FRAC "{" sum "}" "{" sum "}" -> fraction
    | FRAC DIGIT DIGIT -> fraction_of_digits
    | FRAC "{" PARTIAL sum_of "}" "{" PARTIAL by "}" -> derivative
    | PARTIAL_BY "{" by "}" sum_of -> derivative_by
    | PARTIAL_BY by sum_of -> derivative_by
    | LOSS_BY by "}" -> gradient
    | "\\sqrt" "{" sum "}" -> root
    | EXP "^" "{" sum "}" -> exponential
    | FUNCTION PRIME? argument -> called
    | MAX "(" sum "," sum ")" -> maximum
    | MAX "\\{" sum "," sum "\\}" -> maximum
    | INDICATOR condition -> indicator
condition: "[" sum COMPARED sum "]"
    | "(" sum COMPARED sum ")"
    | "\\{" sum COMPARED sum "\\}"
    | "_" "{" sum COMPARED sum "}"
    | "_" "{" "\\{" sum COMPARED sum "\\}" "}"
?argument: "(" sum ")"
    | "{" sum "}"
    | "[" sum "]"
sum_of: quantity
by: quantity
TIMES: "\\cdot" | "\\times" | "*" | "\\ast"
ENTRYWISE: "\\odot" | "\\circ"
OVER: "/" | "\\div"
TRANSPOSE.5: /\^\s*\{\s*(?:\\top|\\intercal|T)\s*\}/ | /\^\s*(?:\\top|\\intercal|T)(?![A-Za-z])/
FRAC.5: /\\[dt]?frac/
PARTIAL.4: /\\partial(?![A-Za-z_])/ | /\\mathrm\s*\{\s*d\s*\}/ | "d"
PARTIAL_BY.5: /\\partial\s*_/ | /\\nabla\s*_/
EXP.1: "e" | /\\mathrm\s*\{\s*e\s*\}/
MAX.5: "\\max"
PRIME: "'" | /\^\s*\\prime/ | /\^\s*\{\s*\\prime\s*\}/
INDICATOR.5: /\\mathbf\s*\{\s*1\s*\}/ | /\\mathbb\s*\{\s*[1I]\s*\}/ | /\\mathbb\s*1/
COMPARED: "\\geq" | "\\ge" | ">" | "\\leq" | "\\le" | "<"
DIGIT.1: /[0-9]/
NUMBER.2: /[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+/
%ignore /\s+/
"""
FUNCTIONS = {
    "relu": ("ReLU", "relu", "ReLu", "Relu"),
    "leaky_relu": ("LeakyReLU",),
    "sigmoid": ("sigmoid",),
    "softplus": ("softplus",),
    "elu": ("ELU",),
    "gelu": ("GELU",),
    "silu": ("SiLU",),
}
# What any activation is called: that of the layer which its argument belongs to.
OWN, SIGMA = "the layer's own", r"\\sigma"
LAYERS_OWN = [SIGMA, r"\\varphi", r"\\phi", "f", "g"]
# What is the sigmoid, or has it in its derivative: there it has the letter for itself.
WITH_SIGMOID = {"sigmoid", "softplus", "silu"}
COMMANDS = {
    "tanh": r"\\tanh|\\(?:operatorname|mathrm)\s*\{\s*tanh\s*\}",
    "exp": r"\\exp",
    "log": r"\\(?:ln|log)",
}


def functions(network: tuple[str, ...], taken: Iterable[str] = ()) -> dict[str, str]:
    """Return the patterns of the functions that may be called.

    Letters that stand for whatever a layer's activation is may not be ``taken`` by quantities.
    """
    found = dict(COMMANDS)
    started = tuple(taken)
    free = [one for one in LAYERS_OWN if not any(spelt.startswith(one) for spelt in started)]
    sigmoid = not WITH_SIGMOID.isdisjoint(network)
    if sigmoid and SIGMA in free:
        free.remove(SIGMA)
    found[OWN] = "|".join(f"{one}(?![A-Za-z_])" for one in free)
    for name, words in FUNCTIONS.items():
        any_of = "|".join(words)
        found[name] = rf"\\(?:operatorname|mathrm|text|mathit)\s*\{{\s*(?:{any_of})\s*\}}"
        if name == "relu":
            found[name] += r"|\\(?:relu|ReLU)(?![A-Za-z])|ReLU"
    if sigmoid:
        found["sigmoid"] += rf"|{SIGMA}(?![A-Za-z_])"
    return found


def parser(
    symbols: Mapping[str, tuple[str, ...]],
    called: Mapping[str, str],
    loss: str,
    tables: Collection[str] = (),
) -> Any:
    """Make the parser of one network; the names of tables go before those of their entries."""
    from lark import Lark

    terminals = {f"Q{at}": spelt for at, spelt in enumerate(symbols.values())}
    lines = [RULES, "quantity: " + " | ".join(terminals)]
    ranks = [4 if name in tables else 3 for name in symbols]
    lines += [
        f"{name}.{rank}: {_any(spelt)}"
        for rank, (name, spelt) in zip(ranks, terminals.items(), strict=True)
    ]
    lines.append(f"FUNCTION.4: {_any(tuple(called.values()))}")
    subscript = tuple(rf"(?:{one})\s*_\s*\{{" for one in symbols[loss])
    lines.append(f"LOSS_BY.6: {_any(subscript)}")
    return Lark("\n".join(lines), parser="lalr", propagate_positions=True)


def _any(spelt: tuple[str, ...]) -> str:
    """Write patterns as a terminal of lark's, whose slashes need a sign before them."""
    return "/" + "|".join(f"(?:{one})" for one in spelt).replace("/", r"\/") + "/"
