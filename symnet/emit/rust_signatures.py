"""The heads of a Rust module's functions: what each takes and returns.

In: how many numbers each argument has. Out: lines of Rust.
"""

from collections.abc import Mapping

from symnet.emit.request import Samples
from symnet.emit.rust_lists import Lines
from symnet.emit.rust_numbers import Real
from symnet.emit.rustic import signature

Types = dict[str, str]


def signatures(sizes: Mapping[str, int], samples: Samples, real: Real) -> dict[str, Lines]:
    """Return the head of every function, by its name; of a sample's own where there is a batch."""
    one, many = _types(sizes, real, several=False), _types(sizes, real, several=True)
    heads = _Heads(sizes, real)
    found = heads.of_samples("sample_" if samples == "batch" else "", one)
    if samples == "batch":
        found |= heads.of_batches(many)
    usual = many if samples == "batch" else one
    found |= heads.updating("update", usual, ("learning_rate",))
    trained = one if samples == "one" else many
    return found | heads.updating("train", trained, ("rates",)) | heads.others()


def _types(sizes: Mapping[str, int], real: Real, several: bool) -> Types:
    """Return the types of arguments; ``several``: x and y are lists of samples."""
    found = {name: f"&[{real}; {sizes[name]}]" for name in ("params", "state")}
    for name in ("x", "y"):
        row = f"[{real}; {sizes[name]}]"
        found[name] = f"&[{row}]" if several else f"&{row}"
    return {**found, "learning_rate": str(real), "rates": f"&[{real}]"}


class _Heads:
    def __init__(self, sizes: Mapping[str, int], real: Real) -> None:
        self.real = real
        self.sizes = sizes
        self.xy = ("x", "y") if sizes["y"] else ("x",)
        self.kept = ("params", "state") if sizes["state"] else ("params",)

    def array(self, name: str) -> str:
        return f"[{self.real}; {self.sizes[name]}]"

    def of_samples(self, own: str, types: Types) -> dict[str, Lines]:
        """Return what takes one sample; ``own``: what its names start with."""
        sample = [(name, types[name]) for name in ("params", *self.xy)]
        returns = {
            "forward": self.array("predictions"),
            "loss": str(self.real),
            "gradients": self.array("params"),
            "input_gradients": self.array("x"),
        }
        return {
            own + name: signature(own + name, sample[:2] if name == "forward" else sample, kind)
            for name, kind in returns.items()
        }

    def of_batches(self, types: Types) -> dict[str, Lines]:
        """Return what takes several; where a row comes out for each, it is written into a list."""
        sample = [(name, types[name]) for name in ("params", *self.xy)]
        predicted = ("predictions", f"&mut [{self.array('predictions')}]")
        found = ("found", f"&mut [{self.array('x')}]")
        return {
            "forward": signature("forward", [*sample[:2], predicted]),
            "loss": signature("loss", sample, str(self.real)),
            "gradients": signature("gradients", sample, self.array("params")),
            "input_gradients": signature("input_gradients", [*sample, found]),
        }

    def updating(self, name: str, types: Types, last: tuple[str, ...]) -> dict[str, Lines]:
        given = [(one, types[one]) for one in (*self.kept, *self.xy, *last)]
        results = [self.array(one) for one in self.kept]
        returns = f"({', '.join(results)})" if len(results) > 1 else results[0]
        return {name: signature(name, given, returns)}

    def others(self) -> dict[str, Lines]:
        return {"initial_state": signature("initial_state", [], self.array("state"))}
