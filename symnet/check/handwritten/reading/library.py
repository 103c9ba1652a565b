"""The functions of Python, math and NumPy that formulas are written with.

In: nothing. Out: FUNCTIONS, METHODS, and what other calls are.
"""

from __future__ import annotations

NUMERIC = ("numpy", "math", "cmath", "scipy.special", "builtins", "copy")

# By its last name, wherever it comes from: the operation, and how many formulas it takes.
ELEMENTWISE: dict[str, tuple[str, int]] = {
    **{name: (name, 1) for name in ("exp", "log", "sqrt", "tanh", "erf", "erfc", "expm1", "log1p")},
    **{name: (name, 2) for name in ("add", "subtract", "multiply", "divide", "power")},
    **{name: (name, 2) for name in ("matmul", "dot", "outer", "maximum", "minimum")},
    **dict.fromkeys(("negative", "neg"), ("negative", 1)),
    **dict.fromkeys(("abs", "absolute", "fabs"), ("absolute", 1)),
    "expit": ("sigmoid", 1),
    "sign": ("sign", 1),
    "pow": ("power", 2),
    "true_divide": ("divide", 2),
    "inner": ("dot", 2),
    "vdot": ("dot", 2),
    "transpose": ("transpose", 1),
    "fmax": ("maximum", 2),
    "fmin": ("minimum", 2),
    "where": ("select", 3),
}
COMPARED = {
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
}
# Calls that hand their first argument on.
SAME = {
    *("array", "asarray", "ascontiguousarray", "float64", "float32", "float", "asfarray"),
    *("copy", "astype", "deepcopy", "longdouble", "list", "tuple", "item"),
}
# Those that give the array itself.
UNCHANGED = {"asarray", "ascontiguousarray", "asfarray"}
FOLDED = {"sum": "sum", "mean": "mean", "average": "mean", "max": "largest", "amax": "largest"}
LIKE = {"zeros_like": 0, "ones_like": 1}
FILLED = {"zeros": 0, "ones": 1, "empty": 0}
DRAWN = {
    *("rand", "randn", "random", "uniform", "normal", "standard_normal", "random_sample"),
    *("randint", "gauss", "choice"),
}
CONSTANTS = {"pi": "pi"}
# Calls whose result no formula needs.
SILENT = {"print", "display", "input", "seed", "set_printoptions"}
