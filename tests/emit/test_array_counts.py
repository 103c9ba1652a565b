"""The operations in the header of emitted NumPy, against arrays that count while the code runs."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import pytest

from symnet.emit.array_counts import array_counts
from symnet.errors import UnsupportedError
from symnet.model.spec import Spec
from tests.emit.emitted import Module, run_text
from tests.emit.test_numpy import NOTEBOOK, SPECS, files_of

KINDS = {
    "add": "additions and subtractions",
    "subtract": "additions and subtractions",
    "multiply": "multiplications",
    "divide": "divisions",
    "negative": "sign changes",
    "maximum": "maxima",
}
COMPARISONS = {"less", "less_equal", "greater", "greater_equal"}
ONE = {"addition or subtraction": "additions and subtractions", "maximum": "maxima"}


class Counting(np.ndarray[Any, Any]):
    """An array that counts what is done with it; ``found``: by kind, one for all arrays."""

    found: ClassVar[Counter[str]] = Counter()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        if method in ("reduce", "accumulate"):
            self.found["reductions"] += 1
        elif name not in COMPARISONS:
            self.found[KINDS.get(name, "function calls")] += 1
        if "out" in options:
            options["out"] = tuple(map(plain, options["out"]))
        result = getattr(ufunc, method)(*map(plain, inputs), **options)
        return counting(result) if isinstance(result, np.ndarray | np.floating) else result

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.dot:
            self._multiplied(*args[:2])
        elif function in (np.where, np.putmask):
            self.found["gates"] += 1
        result = function(*map(plain, args), **kwargs)
        return counting(result) if isinstance(result, np.ndarray) else result

    def dot(self, other: Any, out: Any = None) -> Any:
        self._multiplied(self, other)
        return counting(plain(self).dot(plain(other), plain(out)))

    def __getitem__(self, key: Any) -> Any:
        return counting(plain(self)[plain(key)])  # one number goes on counting as well

    def __setitem__(self, key: Any, value: Any) -> None:
        self.found["gates"] += getattr(key, "dtype", None) == np.bool_
        plain(self)[plain(key)] = value

    def _multiplied(self, first: Any, second: Any) -> None:
        self.found["matrix products"] += 1
        self.found["inside"] += first.shape[0] * first.shape[1] * second.shape[1]


class NumPy:
    """NumPy that keeps counting arrays as they are."""

    asarray = staticmethod(np.asanyarray)

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Counting) else value


def counting(value: Any) -> Any:
    return np.asarray(value, dtype=np.asarray(value).dtype).view(Counting)


def counted(module: Module, function: Callable[..., Any], *args: Any) -> Counter[str]:
    """Run one of the module's functions with one sample; return what it took."""
    module["np"] = NumPy()
    for name in [one for one in module if one.startswith("each_")]:
        module[name] = each
    if "product" in module:
        module["product"] = product
    Counting.found.clear()
    function(*args)
    return +Counting.found


def product(first: Any, second: Any) -> Any:
    """Stand for the product that adds from the left; what it takes inside is one product."""
    return first.dot(second)


def each(values: Any) -> Any:
    """Stand for a function that NumPy lacks; its value is of no interest."""
    Counting.found["function calls"] += 1
    return values


def told(text: str, subject: str) -> Counter[str]:
    """Read a header's counts."""
    found = re.search(rf"^Operations, {subject}: (.*?)\.$", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    sentence = " ".join(found[1].split())
    counts, _, inside = sentence.partition(", each of whole arrays or of a number")
    total, _, listed = counts.partition(": ")
    by_kind: Counter[str] = Counter()
    for part in filter(None, listed.split(", ")):
        number, kind = part.split(" ", 1)
        plural = kind if kind in KINDS.values() or kind.endswith("s") else f"{kind}s"
        by_kind[ONE.get(kind, plural)] = int(number)
    assert sum(by_kind.values()) == int(total.split()[0])
    if inside:
        by_kind["inside"] = int(inside.split()[-2])
    return by_kind


def arrays(spec: Spec, module: Module) -> dict[str, Any]:
    params = counting(np.linspace(-1.0, 1.0, len(module["PARAMETERS"])))
    return {
        "params": params,
        "x": counting(np.linspace(0.5, 1.5, len(spec.inputs)).reshape(1, -1)),
        "y": counting(np.linspace(0.2, 0.8, len(spec.targets)).reshape(1, -1)),
        "ones": counting(np.ones((1, 1))),
    }


@pytest.mark.parametrize("arithmetic", ["blas", "exact", "fused"])
@pytest.mark.parametrize("name", SPECS)
def test_a_header_says_what_the_code_takes(name: str, arithmetic: str) -> None:
    spec = SPECS[name]
    try:
        text = files_of(spec, arithmetic=arithmetic)[0].text
    except UnsupportedError:
        assert arithmetic == "exact"
        return
    module = run_text(text)
    given = arrays(spec, module)
    forward = counted(module, module["forward"], given["params"], given["x"])
    assert told(text, "forward") == forward
    layers, gradient = module["unpack"](given["params"]), counting(np.zeros(len(given["params"])))
    into = gradient if "into gradient" in text else module["unpack"](gradient)
    xy = (given["x"], given["y"]) if spec.targets else (given["x"],)
    ones = () if arithmetic == "exact" else (given["ones"],)
    scale = (counting(0.5),) if ", scale):\n" in text else ()
    backward = counted(module, module["backpropagate"], layers, *xy, *ones, into, *scale)
    subject = "gradient of a sample" if arithmetic == "exact" else "sum of the samples' gradients"
    assert told(text, subject) == backward
    module["gradients"] = module["backpropagate"] = lambda *_: gradient
    module["remembered"] = lambda state: state  # its copy would not count
    state = (counting(module["initial_state"]()),) if "initial_state" in module else ()
    update = counted(module, module["update"], given["params"], *state, *xy, 0.1)
    assert told(text, "update from gradients") == update


def test_one_operation_more_is_seen() -> None:
    text = files_of(NOTEBOOK)[0].text
    line = "h1 = np.maximum(z1, ZERO)  # (2)\n"
    module = run_text(text.replace(line, f"{line}    h1 = h1 + 0.0\n"))
    given = arrays(NOTEBOOK, module)
    found = counted(module, module["forward"], given["params"], given["x"])
    assert found - told(text, "forward") == {"additions and subtractions": 1}


def test_what_nobody_can_count_is_refused() -> None:
    with pytest.raises(TypeError, match=r"np\.sort has no kind of operation"):
        array_counts(NOTEBOOK, ["h1 = np.sort(z1)"])
