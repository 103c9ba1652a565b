"""The 2-3-1 ReLU network's update in Python, by hand: as fast as known to us, and as taught.

`update` and `train` are the references: 46 operations, one branch for each unit going back.
`textbook_update` and `textbook_train` keep the textbook's order, bit for bit, as the exact form
does, in as few names as possible: 58 operations;
`notebook_update` works every derivative out from the loss on, as a worksheet does.
"""

from collections.abc import Sequence


def update(
    params: Sequence[float], x: Sequence[float], y: Sequence[float], learning_rate: float
) -> list[float]:
    w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4 = params
    x1, x2 = x
    (target,) = y
    z1 = w1 * x1 + w4 * x2 + b1
    z2 = w2 * x1 + w5 * x2 + b2
    z3 = w3 * x1 + w6 * x2 + b3
    h1 = z1 if z1 > 0.0 else 0.0
    h2 = z2 if z2 > 0.0 else 0.0
    h3 = z3 if z3 > 0.0 else 0.0
    z4 = w7 * h1 + w8 * h2 + w9 * h3 + b4
    if z4 > 0.0:
        d4 = 2.0 * learning_rate * (z4 - target)
        if z1 > 0.0:
            d = d4 * w7
            w7 -= d4 * h1
            w1 -= d * x1
            w4 -= d * x2
            b1 -= d
        if z2 > 0.0:
            d = d4 * w8
            w8 -= d4 * h2
            w2 -= d * x1
            w5 -= d * x2
            b2 -= d
        if z3 > 0.0:
            d = d4 * w9
            w9 -= d4 * h3
            w3 -= d * x1
            w6 -= d * x2
            b3 -= d
        b4 -= d4
    return [w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4]


def train(
    params: Sequence[float], x: Sequence[float], y: Sequence[float], rates: Sequence[float]
) -> list[float]:
    w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4 = params
    x1, x2 = x
    (target,) = y
    for learning_rate in rates:
        z1 = w1 * x1 + w4 * x2 + b1
        z2 = w2 * x1 + w5 * x2 + b2
        z3 = w3 * x1 + w6 * x2 + b3
        h1 = z1 if z1 > 0.0 else 0.0
        h2 = z2 if z2 > 0.0 else 0.0
        h3 = z3 if z3 > 0.0 else 0.0
        z4 = w7 * h1 + w8 * h2 + w9 * h3 + b4
        if z4 > 0.0:
            d4 = 2.0 * learning_rate * (z4 - target)
            if z1 > 0.0:
                d = d4 * w7
                w7 -= d4 * h1
                w1 -= d * x1
                w4 -= d * x2
                b1 -= d
            if z2 > 0.0:
                d = d4 * w8
                w8 -= d4 * h2
                w2 -= d * x1
                w5 -= d * x2
                b2 -= d
            if z3 > 0.0:
                d = d4 * w9
                w9 -= d4 * h3
                w3 -= d * x1
                w6 -= d * x2
                b3 -= d
            b4 -= d4
    return [w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4]


def textbook_update(
    params: Sequence[float], x: Sequence[float], y: Sequence[float], learning_rate: float
) -> list[float]:
    w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4 = params
    x1, x2 = x
    (target,) = y
    z1 = x1 * w1 + x2 * w4 + b1
    z2 = x1 * w2 + x2 * w5 + b2
    z3 = x1 * w3 + x2 * w6 + b3
    h1 = 0.0 if z1 <= 0.0 else z1
    h2 = 0.0 if z2 <= 0.0 else z2
    h3 = 0.0 if z3 <= 0.0 else z3
    z4 = h1 * w7 + h2 * w8 + h3 * w9 + b4
    d4 = 0.0 if z4 <= 0.0 else 2.0 * (z4 - target)
    d1 = 0.0 if z1 <= 0.0 else d4 * w7
    d2 = 0.0 if z2 <= 0.0 else d4 * w8
    d3 = 0.0 if z3 <= 0.0 else d4 * w9
    return [
        w1 - learning_rate * (d1 * x1),
        w2 - learning_rate * (d2 * x1),
        w3 - learning_rate * (d3 * x1),
        w4 - learning_rate * (d1 * x2),
        w5 - learning_rate * (d2 * x2),
        w6 - learning_rate * (d3 * x2),
        w7 - learning_rate * (d4 * h1),
        w8 - learning_rate * (d4 * h2),
        w9 - learning_rate * (d4 * h3),
        b1 - learning_rate * d1,
        b2 - learning_rate * d2,
        b3 - learning_rate * d3,
        b4 - learning_rate * d4,
    ]


def textbook_train(
    params: Sequence[float], x: Sequence[float], y: Sequence[float], rates: Sequence[float]
) -> list[float]:
    w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4 = params
    x1, x2 = x
    (target,) = y
    for rate in rates:
        z1 = x1 * w1 + x2 * w4 + b1
        z2 = x1 * w2 + x2 * w5 + b2
        z3 = x1 * w3 + x2 * w6 + b3
        h1 = 0.0 if z1 <= 0.0 else z1
        h2 = 0.0 if z2 <= 0.0 else z2
        h3 = 0.0 if z3 <= 0.0 else z3
        z4 = h1 * w7 + h2 * w8 + h3 * w9 + b4
        d4 = 0.0 if z4 <= 0.0 else 2.0 * (z4 - target)
        d1 = 0.0 if z1 <= 0.0 else d4 * w7
        d2 = 0.0 if z2 <= 0.0 else d4 * w8
        d3 = 0.0 if z3 <= 0.0 else d4 * w9
        w1 -= rate * (d1 * x1)
        w2 -= rate * (d2 * x1)
        w3 -= rate * (d3 * x1)
        w4 -= rate * (d1 * x2)
        w5 -= rate * (d2 * x2)
        w6 -= rate * (d3 * x2)
        w7 -= rate * (d4 * h1)
        w8 -= rate * (d4 * h2)
        w9 -= rate * (d4 * h3)
        b1 -= rate * d1
        b2 -= rate * d2
        b3 -= rate * d3
        b4 -= rate * d4
    return [w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4]


def relu(z: float) -> float:
    return max(0.0, z)


def notebook_update(
    params: Sequence[float], x: Sequence[float], y: Sequence[float], learning_rate: float
) -> list[float]:
    w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4 = params
    x1, x2 = x
    (target,) = y
    predicted = relu(
        relu(x1 * w1 + x2 * w4 + b1) * w7
        + relu(x1 * w2 + x2 * w5 + b2) * w8
        + relu(x1 * w3 + x2 * w6 + b3) * w9
        + b4
    )

    def back(weight: float, w_one: float, w_two: float, bias: float, by: float) -> float:
        outer = 2 * (predicted - target) * (1 if predicted > 0 else 0)
        return outer * weight * (1 if x1 * w_one + x2 * w_two + bias > 0 else 0) * by

    def last(w_one: float, w_two: float, bias: float) -> float:
        outer = 2 * (predicted - target) * (1 if predicted > 0 else 0)
        return outer * relu(x1 * w_one + x2 * w_two + bias)

    return [
        w1 - learning_rate * back(w7, w1, w4, b1, x1),
        w2 - learning_rate * back(w8, w2, w5, b2, x1),
        w3 - learning_rate * back(w9, w3, w6, b3, x1),
        w4 - learning_rate * back(w7, w1, w4, b1, x2),
        w5 - learning_rate * back(w8, w2, w5, b2, x2),
        w6 - learning_rate * back(w9, w3, w6, b3, x2),
        w7 - learning_rate * last(w1, w4, b1),
        w8 - learning_rate * last(w2, w5, b2),
        w9 - learning_rate * last(w3, w6, b3),
        b1 - learning_rate * back(w7, w1, w4, b1, 1),
        b2 - learning_rate * back(w8, w2, w5, b2, 1),
        b3 - learning_rate * back(w9, w3, w6, b3, 1),
        b4 - learning_rate * 2 * (predicted - target) * (1 if predicted > 0 else 0),
    ]
