"""A network of one hidden ReLU layer in NumPy, by hand: parameters in one vector, as emitted.

`update` is for one sample of 2-3-1 with a ReLU behind, `train` for a batch of 64-32-10 without:
the references, as fast as known to us. They write gradients into one vector through views, the
learning rate is in the last delta, and so a step is one subtraction. `plain_update` and
`plain_train` are what many would write first.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
SOURCES, HIDDEN, UNITS = 64, 32, 10
ZERO = np.zeros(())  # quicker to compare with than a number


def update(params: Array, x: Array, y: Array, learning_rate: float) -> Array:
    step = np.empty(13)
    z1 = x.dot(params[:6].reshape(2, 3))
    z1 += params[9:12]
    h = np.maximum(z1, ZERO)
    second = params[6:9].reshape(3, 1)
    z2 = h.dot(second)
    z2 += params[12:]
    d2 = np.maximum(z2, ZERO)
    d2 -= y
    d2 *= 2.0 * learning_rate
    d2 *= z2 > ZERO
    d1 = second.dot(d2)
    d1 *= z1 > ZERO
    np.multiply(x[:, None], d1, step[:6].reshape(2, 3))
    np.multiply(h, d2, step[6:9])
    step[9:12] = d1
    step[12:] = d2
    return np.subtract(params, step, step)


def train(params: Array, x: Array, y: Array, rates: list[float]) -> Array:
    params, step, count = params.copy(), np.empty(len(params)), len(x)
    first, second, bias1, bias2 = _parts(params)
    by_first, by_second, by_bias1, by_bias2 = _parts(step)
    z1, h, d1 = (np.empty((count, HIDDEN)) for _ in range(3))
    d2, ones, alive = np.empty((count, UNITS)), np.ones(count), np.empty((count, HIDDEN), bool)
    for rate in rates:
        x.dot(first, z1)
        z1 += bias1
        np.maximum(z1, ZERO, out=h)
        h.dot(second, d2)
        d2 += bias2
        d2 -= y
        d2 *= 2.0 * rate / count
        d2.dot(second.T, d1)
        np.greater(z1, ZERO, out=alive)
        d1 *= alive
        h.T.dot(d2, by_second)
        ones.dot(d2, by_bias2)
        x.T.dot(d1, by_first)
        ones.dot(d1, by_bias1)
        params -= step
    return params


def _parts(vector: Array) -> tuple[Array, Array, Array, Array]:
    last = SOURCES * HIDDEN + HIDDEN * UNITS
    first = vector[: SOURCES * HIDDEN].reshape(SOURCES, HIDDEN)
    second = vector[SOURCES * HIDDEN : last].reshape(HIDDEN, UNITS)
    return first, second, vector[last : last + HIDDEN], vector[last + HIDDEN :]


def plain_update(params: Array, x: Array, y: Array, learning_rate: float) -> Array:
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


def plain_train(params: Array, x: Array, y: Array, rates: list[float]) -> Array:
    params = params.copy()
    first, second, bias1, bias2 = _parts(params)
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
