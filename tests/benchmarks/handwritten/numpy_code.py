"""A network of one hidden ReLU layer in NumPy, by hand: parameters in one vector, as emitted.

`update` is for one sample of 2-3-1 with a ReLU behind, `train` for a batch of 64-32-10 without.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
SOURCES, HIDDEN, UNITS = 64, 32, 10


def update(params: Array, x: Array, y: Array, learning_rate: float) -> Array:
    first, second = params[:6].reshape(2, 3), params[6:9].reshape(3, 1)
    z1 = x.dot(first) + params[9:12]
    h = np.maximum(z1, 0.0)
    z2 = h.dot(second) + params[12:]
    d2 = 2.0 * learning_rate * (np.maximum(z2, 0.0) - y) * (z2 > 0.0)
    d1 = second.dot(d2) * (z1 > 0.0)
    new = params.copy()
    new[:6] -= (x[:, None] * d1).ravel()
    new[6:9] -= h * d2
    new[9:12] -= d1
    new[12:] -= d2
    return new


def train(params: Array, x: Array, y: Array, rates: list[float]) -> Array:
    params = params.copy()
    first = params[: SOURCES * HIDDEN].reshape(SOURCES, HIDDEN)
    last = SOURCES * HIDDEN + HIDDEN * UNITS
    second = params[SOURCES * HIDDEN : last].reshape(HIDDEN, UNITS)
    bias1, bias2 = params[last : last + HIDDEN], params[last + HIDDEN :]
    for rate in rates:
        z1 = x.dot(first)
        z1 += bias1
        h = np.maximum(z1, 0.0)
        d2 = h.dot(second)
        d2 += bias2
        d2 -= y
        d2 *= 2.0 * rate / len(x)
        d1 = d2.dot(second.T)
        d1 *= z1 > 0.0
        second -= h.T.dot(d2)
        bias2 -= np.add.reduce(d2)
        first -= x.T.dot(d1)
        bias1 -= np.add.reduce(d1)
    return params
