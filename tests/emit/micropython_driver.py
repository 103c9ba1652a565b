# Runs emitted modules on inputs that tests/emit/fuzz.py wrote, under CPython and MicroPython alike.
# jobs.txt has a job a line: module, samples (rows in a case; 0: one sample), and the sizes of
# params, state, x and y. The inputs are in MODULE.in, the results come in MODULE.out.

from array import array

CHUNK = 500  # cases that are read at once


def take(values, start, size):
    return array("d", [values[start + k] for k in range(size)])


def rows(values, samples):
    width = len(values) // samples
    return [take(values, k * width, width) for k in range(samples)]


def case(network, samples, given, found):
    params, state, x, y, rate = given
    sample = [rows(one, samples) if samples else one for one in (x, y) if len(one)]
    if samples:
        out = [array("d", [0.0] * network.OUTPUTS) for _ in range(samples)]
        network.forward(params, sample[0], out)
        for row in out:
            found.extend(row)
    else:
        found.extend(network.forward(params, sample[0]))
    found.append(network.loss(params, *sample))
    found.extend(network.gradients(params, *sample))
    kept = (params, state) if len(state) else (params,)
    network.update(*kept, *sample, rate)
    for one in kept:
        found.extend(one)


def run(name, samples, outputs, *sizes):
    network = __import__(name)
    network.OUTPUTS = outputs
    width = sum(sizes) + 1
    with open(name + ".in", "rb") as inputs, open(name + ".out", "wb") as results:
        while True:
            data = inputs.read(8 * width * CHUNK)
            if not data:
                break
            values = array("d", data)
            found = array("d", [])
            for start in range(0, len(values), width):
                given, place = [], start
                for size in sizes:
                    given.append(take(values, place, size))
                    place += size
                given.append(values[place])
                case(network, samples, given, found)
            results.write(found)


with open("jobs.txt") as jobs:
    for line in jobs:
        name, *numbers = line.split()
        run(name, *[int(one) for one in numbers])
