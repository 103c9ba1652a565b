"""NumPy: emitted code against code by hand, PyTorch and JAX, on one sample and on a batch.

In: nothing. Out: Contest.
"""

from functools import cache
from typing import Any

import numpy as np

from symnet.emit.options import Options
from symnet.emit.source import joined, request_for, sources
from symnet.errors import SymnetError
from tests.benchmarks import frameworks as peers
from tests.benchmarks.contest import (
    PARAMS,
    RATE,
    Contest,
    Entry,
    MissingError,
    Module,
    X,
    Y,
    emitted,
)
from tests.benchmarks.handwritten import numpy_code
from tests.benchmarks.timing import Action
from tests.emit.emitted import step_of
from tests.networks import small_spec

SIZES = (numpy_code.SOURCES, numpy_code.HIDDEN, numpy_code.UNITS)
BATCH, STEPS = 64, 20
RATES = [RATE] * STEPS
COUNT = (SIZES[0] + 1) * SIZES[1] + (SIZES[1] + 1) * SIZES[2]
DRAW = np.random.default_rng(1)
START = DRAW.normal(0, 0.2, COUNT)
ROWS = DRAW.normal(0, 1, (BATCH, SIZES[0])), DRAW.normal(0, 1, (BATCH, SIZES[2]))


def one(update: Any) -> Action:
    """Return one update, called with arrays."""
    params, x, y = (np.array(values) for values in (PARAMS, X, Y))
    return lambda: update(params, x, y, RATE)


def batch(train: Any) -> Action:
    """Return a training loop on the batch."""
    return lambda: train(START, *ROWS, RATES)


@cache
def emitted_batch(arithmetic: str = "blas") -> Module:
    """Return the NumPy that symnet emits for 64-32-10, run."""
    spec = small_spec(SIZES, ("relu", "identity"))
    module: Module = {"__name__": "emitted"}
    options = Options("numpy", form="loops", arithmetic=arithmetic)
    try:
        exec(joined(sources(request_for(options, spec, lambda: step_of(spec)))).text, module)
    except SymnetError as error:
        raise MissingError(str(error)) from error
    return module


class Flat:
    """PyTorch's layers, only put into one vector where that is looked at."""

    def __init__(self, layers: Any) -> None:
        self.layers = layers

    def tolist(self) -> Any:
        first, bias, second, last = (layer.detach().numpy() for layer in self.layers)
        return np.concatenate([first.T.ravel(), second.T.ravel(), bias, last]).tolist()


def torch_batch() -> Action:
    """Train PyTorch's own layers' functions on the batch, eager, in float64, with one thread."""
    torch = peers.fetched("torch")
    torch.set_num_threads(1)
    cut = SIZES[0] * SIZES[1], SIZES[0] * SIZES[1] + SIZES[1] * SIZES[2]
    parts = (
        START[: cut[0]].reshape(SIZES[0], SIZES[1]).T,
        START[cut[1] : cut[1] + SIZES[1]],
        START[cut[0] : cut[1]].reshape(SIZES[1], SIZES[2]).T,
        START[cut[1] + SIZES[1] :],
    )
    x, y = map(torch.tensor, ROWS)
    linear = torch.nn.functional.linear

    def train() -> Flat:
        layers = [torch.tensor(part, requires_grad=True) for part in parts]
        for rate in RATES:
            predicted = linear(torch.relu(linear(x, *layers[:2])), *layers[2:])
            loss = ((predicted - y) ** 2).sum(1).mean()
            gradients = torch.autograd.grad(loss, layers)
            with torch.no_grad():
                for layer, gradient in zip(layers, gradients, strict=True):
                    layer -= rate * gradient
        return Flat(layers)

    return train


def update_of(arithmetic: str) -> Action:
    return one(emitted(arithmetic, "numpy")["update"])


def train_of(arithmetic: str) -> Action:
    return batch(emitted_batch(arithmetic)["train"])


ONE = Contest(
    "One update of 2-3-1 in NumPy, called with arrays",
    Entry("by hand", lambda: one(numpy_code.update)),
    (
        Entry("emitted, fused", lambda: update_of("fused"), 1.0),
        Entry("emitted, as usual", lambda: update_of("blas"), 1.0),
        Entry("by hand, plainly", lambda: one(numpy_code.plain_update)),
    ),
    (
        Entry("PyTorch, eager", peers.torch_call),
        Entry("JAX, jit", peers.jax_call),
    ),
)
AHEAD = Contest(
    "The same update, against JAX",
    Entry("JAX, jit", peers.jax_call),
    (),
    (
        Entry("emitted, fused", lambda: update_of("fused"), 1.0),
        Entry("emitted, as usual", lambda: update_of("blas"), 1.0),
    ),
)
MANY = Contest(
    f"{STEPS} steps of {'-'.join(map(str, SIZES))} on a batch of {BATCH} in NumPy",
    Entry("by hand", lambda: batch(numpy_code.train)),
    (
        Entry("emitted, fused: train", lambda: train_of("fused"), 1.0),
        Entry("emitted, as usual: train", lambda: train_of("blas"), 1.0),
        Entry("by hand, plainly", lambda: batch(numpy_code.plain_train)),
    ),
    (Entry("PyTorch, eager, one thread", torch_batch),),
    STEPS,
)
LEVEL = Contest(
    "The same steps, against PyTorch",
    Entry("PyTorch, eager, one thread", torch_batch),
    (),
    (
        Entry("emitted, fused: train", lambda: train_of("fused"), 1.0),
        Entry("emitted, as usual: train", lambda: train_of("blas"), 1.0),
    ),
    STEPS,
)
