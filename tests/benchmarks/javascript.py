"""The emitted JavaScript's loop against one by hand, timed in pairs inside of one node.

In: nothing. Out: ratio and seconds a step.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.contest import PARAMS, RATE, MissingError, X, Y, text_of

HAND = Path(__file__).parent / "handwritten"
STEPS = 500_000
# What the reference is, its file, and which emitted code is held against it.
CONTESTS = (
    (
        f"A training loop of {STEPS} steps of 2-3-1 in node",
        "by hand, inlined, selects: 46 operations",
        "train.mjs",
        ("fused", "exact"),
    ),
    (
        "The same loop in node in the same order of operations, bit for bit",
        "by hand, textbook's order, inlined, selects",
        "train_textbook.mjs",
        ("exact",),
    ),
)
SCRIPT = """
import { train as emitted } from "./emitted.mjs";
import { train as hand } from "./hand.mjs";
const [params, x, y, rate, steps, rounds] = JSON.parse(process.argv[2]);
const rates = new Array(steps).fill(rate);
function timed(train) {
  const start = process.cpuUsage().user;
  const found = train(params, x, y, rates);
  return [(process.cpuUsage().user - start) / 1e6, found];
}
for (let k = 0; k < 5; k++) timed(hand), timed(emitted);
const off = timed(hand)[1].map((one, k) => Math.abs(one - timed(emitted)[1][k]));
const ratios = [];
let best = Infinity;
for (let k = 0; k < rounds; k++) {
  const order = k % 2 ? [hand, emitted] : [emitted, hand];
  const spent = new Map(order.map((train) => [train, timed(train)[0]]));
  ratios.push(spent.get(emitted) / spent.get(hand));
  best = Math.min(best, spent.get(emitted));
}
ratios.sort((a, b) => a - b);
const ratio = ratios[ratios.length >> 1];
console.log(JSON.stringify([Math.max(...off), ratio, best / steps]));
"""


def against_hand(rounds: int, hand: str, arithmetic: str = "exact") -> tuple[float, float]:
    """Return how many times as long the emitted loop takes, and its seconds a step."""
    program = shutil.which("node")
    if program is None:
        raise MissingError("node is not installed")
    given = json.dumps([PARAMS, X, Y, RATE, STEPS, rounds])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "emitted.mjs").write_text(text_of("javascript", arithmetic), encoding="utf-8")
        (folder / "hand.mjs").write_text((HAND / hand).read_text("utf-8"), encoding="utf-8")
        (folder / "pairs.mjs").write_text(SCRIPT, encoding="utf-8")
        command = [program, "pairs.mjs", given]
        answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    off, ratio, seconds = json.loads(answer.stdout)
    if not off < 1e-6:
        raise MissingError("the emitted JavaScript gives other numbers than the reference")
    return ratio, seconds
