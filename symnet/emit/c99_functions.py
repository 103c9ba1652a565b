"""The functions of a network in C: their arguments, and how they are declared.

In: Request. Out: Function.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from symnet.emit.clang_format import call, head
from symnet.emit.layout import STEP, Lines
from symnet.emit.request import Request
from symnet.emit.rule import initial_state


@dataclass(frozen=True, slots=True)
class Function:
    """A function of so many arguments, each as it is written in the definition."""

    name: str
    returns: str
    arguments: tuple[str, ...]
    static: bool = False

    @property
    def head(self) -> Lines:
        """How its definition starts."""
        return head(f"{'static ' * self.static}{self._opening}", self.arguments, ") {")

    @property
    def prototype(self) -> Lines:
        """Its declaration; `restrict`, which C++ lacks, is no part of a function's type."""
        plain = [one.replace("*restrict ", "*") for one in self.arguments]
        return head(self._opening, plain, ");")

    def called(self, arguments: Sequence[str], steps: int = 1, opening: str = "") -> Lines:
        """Write a call, so many steps in."""
        return call(opening, self.name, arguments, steps * len(STEP))

    @property
    def names(self) -> tuple[str, ...]:
        """What its arguments are called."""
        return tuple(one.rpartition(" ")[2].lstrip("*") for one in self.arguments)

    @property
    def _opening(self) -> str:
        return f"{self.returns} {self.name}"


def functions(
    request: Request, name: str, real: str, outputs: Mapping[str, str]
) -> dict[str, Function]:
    """Return what the code offers, and what it needs for one sample of a batch.

    ``outputs``: what the arrays are called that forward and gradients write into.
    """
    found = dict(_offered(request, name, real, outputs))
    if request.samples == "batch":
        for called in ("forward", "loss", "gradients", "input_gradients"):
            if called in found:
                found[f"sample_{called}"] = _of_a_sample(found[called], name, called)
    return found


def _of_a_sample(batch: Function, name: str, called: str) -> Function:
    arguments = tuple(one for one in batch.arguments if one != "size_t samples")
    return Function(f"{name}_sample_{called}", batch.returns, arguments, static=True)


def _offered(
    request: Request, name: str, real: str, outputs: Mapping[str, str]
) -> Iterator[tuple[str, Function]]:
    spec = request.spec

    def made(called: str, returns: str, *arguments: str) -> tuple[str, Function]:
        return called, Function(f"{name}_{called}", returns, arguments)

    def read(called: str) -> str:
        return f"const {real} *restrict {called}"

    def written(called: str) -> str:
        return f"{real} *restrict {called}"

    state = bool(initial_state(spec))
    kept = [written(one) for one in ("params", "state")[: 1 + state]]
    xy = [read(one) for one in ("x", "y")[: 1 + bool(spec.targets)]]
    many = ["size_t samples"] if request.samples == "batch" else []
    params = read("params")
    if state:
        yield made("initial_state", "void", written("state"))
    yield made("forward", "void", params, xy[0], *many, written(outputs["forward"]))
    yield made("loss", real, params, *xy, *many)
    yield made("gradients", "void", params, *xy, *many, written(outputs["gradients"]))
    if spec.input_gradients:
        asked = written(outputs["input_gradients"])
        yield made("input_gradients", "void", params, *xy, *many, asked)
    yield made("update", "void", *kept, *xy, *many, f"{real} learning_rate")
    rows = [] if request.samples == "one" else ["size_t samples"]
    yield made("train", "void", *kept, *xy, *rows, read("rates"), "size_t steps")
