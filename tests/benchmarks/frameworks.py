"""The same update by the tools that people use now, each as its users would write it.

In: nothing. Out: Action; MissingError where a tool is not installed.
"""

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import sympy

from tests.benchmarks.contest import PARAMS, RATE, RATES, Matrices, MissingError, X, Y, sizes_of
from tests.benchmarks.handwritten import python_code
from tests.benchmarks.timing import Action


def fetched(name: str) -> Any:
    """Import an optional package."""
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingError(f"{name.partition('.')[0]} is not installed") from error


def lambdified() -> Callable[..., list[float]]:
    """Differentiate the nested loss with SymPy and make Python of all 13 updates."""
    w = sympy.symbols("w1:10 b1:5", real=True)
    x1, x2, y, rate = sympy.symbols("x1 x2 y rate", real=True)
    h = [sympy.Max(0, x1 * w[k] + x2 * w[k + 3] + w[k + 9]) for k in range(3)]
    predicted = sympy.Max(0, sum(h[k] * w[k + 6] for k in range(3)) + w[12])
    loss = (predicted - y) ** 2
    updates = [one - rate * sympy.diff(loss, one) for one in w]
    updates = [one.replace(sympy.Heaviside, _step) for one in updates]
    function = sympy.lambdify([*w, x1, x2, y, rate], updates, modules="math", cse=True)
    return lambda params, x, y, rate: function(*params, *x, *y, rate)


def _step(at: Any, _: Any = None) -> Any:
    """Return the slope of ReLU, 0 at 0 as everywhere here."""
    return sympy.Piecewise((1, at > 0), (0, True))


def casadi_update() -> Any:
    """Differentiate with CasADi; its ReLU is fmax."""
    ca = fetched("casadi")
    p, x, y, rate = (ca.SX.sym(name, size) for name, size in _SIZES)
    h = [ca.fmax(0, x[0] * p[k] + x[1] * p[k + 3] + p[k + 9]) for k in range(3)]
    predicted = ca.fmax(0, sum(h[k] * p[k + 6] for k in range(3)) + p[12])
    new = p - rate * ca.gradient((predicted - y) ** 2, p)
    return ca.Function("casadi_update", [p, x, y, rate], [new])


_SIZES = (("p", 13), ("x", 2), ("y", 1), ("rate", 1))


def casadi_call() -> Action:
    function = casadi_update()
    return lambda: function(PARAMS, X, Y, RATE)


def casadi_loop() -> Action:
    """Let CasADi accumulate the steps."""
    loop = casadi_update().mapaccum("casadi_loop", len(RATES), 1)
    x, y = np.tile(X, (len(RATES), 1)).T, np.tile(Y, (len(RATES), 1)).T
    return lambda: loop(PARAMS, x, y, RATES)[:, -1]


def autograd_call() -> Action:
    """Differentiate a loss written with autograd's NumPy."""
    anp, grad = fetched("autograd.numpy"), fetched("autograd").grad
    x, y = np.array(X), np.array(Y)

    def loss(p: Any) -> Any:
        h = anp.maximum(0.0, p[0] @ x + p[1])
        return anp.sum((anp.maximum(0.0, p[2] @ h + p[3]) - y) ** 2)

    gradient, start = grad(loss), [np.array(one) for one in sizes_of(PARAMS)]
    return lambda: Matrices([a - RATE * b for a, b in zip(start, gradient(start), strict=True)])


def _jax_update() -> Any:
    jax = fetched("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = fetched("jax.numpy")

    def loss(p: Any, x: Any, y: Any) -> Any:
        h = jax.nn.relu(p[0] @ x + p[1])
        return jnp.sum((jax.nn.relu(p[2] @ h + p[3]) - y) ** 2)

    def update(p: Any, x: Any, y: Any, rate: Any) -> Any:
        gradient = jax.grad(loss)(p, x, y)
        return [a - rate * b for a, b in zip(p, gradient, strict=True)]

    return update


def jax_call() -> Action:
    """Compile the update with JAX and wait for its result."""
    update, jax, jnp = _jax_update(), fetched("jax"), fetched("jax.numpy")
    start = [jnp.array(one) for one in sizes_of(PARAMS)]
    x, y, step = jnp.array(X), jnp.array(Y), jax.jit(update)
    return lambda: Matrices(jax.block_until_ready(step(start, x, y, RATE)))


def jax_loop() -> Action:
    """Compile the whole loop with JAX."""
    update, jax, jnp = _jax_update(), fetched("jax"), fetched("jax.numpy")
    start = [jnp.array(one) for one in sizes_of(PARAMS)]
    x, y, rates = jnp.array(X), jnp.array(Y), jnp.array(RATES)

    def loop(p: Any) -> Any:
        return jax.lax.scan(lambda p, rate: (update(p, x, y, rate), None), p, rates)[0]

    compiled = jax.jit(loop)
    return lambda: Matrices(jax.block_until_ready(compiled(start)))


def torch_call() -> Action:
    """Run PyTorch as it is, without compiling."""
    torch = fetched("torch")
    torch.set_num_threads(1)
    start = [torch.tensor(one, dtype=torch.float64, requires_grad=True) for one in sizes_of(PARAMS)]
    x, y = (torch.tensor(one, dtype=torch.float64) for one in (X, Y))
    return lambda: Matrices(torch_step(torch, start, x, y, "sum"))


def torch_step(torch: Any, p: Any, x: Any, y: Any, reduction: str) -> Any:
    """Take one step with PyTorch's own layers' functions."""
    h = torch.relu(torch.nn.functional.linear(x, p[0], p[1]))
    predicted = torch.relu(torch.nn.functional.linear(h, p[2], p[3]))
    loss = torch.nn.functional.mse_loss(predicted, y, reduction=reduction)
    gradients = torch.autograd.grad(loss, p)
    with torch.no_grad():
        return [a - RATE * b for a, b in zip(p, gradients, strict=True)]


def micrograd_call() -> Action:
    """Build micrograd's graph of scalars and go back through it, as in its demo."""
    value = fetched("micrograd.engine").Value

    def step() -> list[float]:
        w = [value(one) for one in PARAMS]
        h = [(w[k] * X[0] + w[k + 3] * X[1] + w[k + 9]).relu() for k in range(3)]
        predicted = (h[0] * w[6] + h[1] * w[7] + h[2] * w[8] + w[12]).relu()
        ((predicted - Y[0]) ** 2).backward()
        return [one.data - RATE * one.grad for one in w]

    return step


def numba_loop() -> Action:
    """Compile the hand-written loop; it takes tuples and an array of rates."""
    return numba_compiled(python_code.train, PARAMS, X, Y, np.array(RATES))


def numba_call() -> Action:
    """Compile the hand-written update; it takes tuples."""
    return numba_compiled(python_code.update, PARAMS, X, Y, RATE)


def numba_compiled(function: Callable[..., Any], *arguments: Any) -> Action:
    """Compile hand-written Python with Numba."""
    numba = fetched("numba")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compiled = numba.njit(function)
        compiled(*arguments)
    return lambda: compiled(*arguments)
