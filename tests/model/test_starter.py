"""The file that `symnet new` writes: it explains every key, and what it says can be done works."""

import re
from pathlib import Path

from symnet.model.activations import ACTIVATIONS
from symnet.model.losses import LOSSES
from symnet.model.optimizers import OPTIMIZERS
from symnet.model.parsing import KEYS, LAYER_KEYS
from symnet.model.symbols import ROLES
from symnet.model.training import KEYS as TRAINING_KEYS
from symnet.model.values import RULES
from symnet.pipeline import starter
from tests.model.tomls import parsed

STARTER = starter()
PARAMETERS = "w1 w2 w3 w4 w5 w6 b1 b2 b3".split()


def commented(*keys: str) -> list[str]:
    """Return the lines that stand behind a # and set one of these keys."""
    found = re.findall(rf"^# ((?:{'|'.join(keys)}) = .*)$", STARTER, re.MULTILINE)
    return [str(one) for one in found]


def test_the_file_to_start_from_explains_every_key() -> None:
    """Each as a key of the file, of an inline table, or named in a comment."""
    known = {*KEYS, *LAYER_KEYS, *TRAINING_KEYS, *ROLES, "x", "y", "file", "rule"}
    for options in RULES.values():
        known |= set(options)
    for table in (ACTIVATIONS, LOSSES, OPTIMIZERS):
        known |= set(table) | {rule.name for one in table.values() for rule in one.options}
    for optimizer in OPTIMIZERS.values():
        known |= set(optimizer.slots)
    explained = set(re.findall(r"\w+", STARTER))
    assert not {word for word in known if word not in explained}
    words = {
        word
        for table in (ACTIVATIONS, LOSSES, OPTIMIZERS)
        for one in table.values()
        for rule in one.options
        for word in rule.words
    }
    assert not {word for word in (*words, *RULES) if f'"{word}"' not in STARTER}


def test_what_is_commented_out_there_can_be_taken() -> None:
    lines = commented("optimizer", "loss", "activation", "kink", "layout", "frozen")
    lines = [one for one in lines if 'loss = "E"' not in one]
    assert len(lines) >= 13
    for line in lines:
        key = line.partition(" ")[0]
        kept = [one for one in STARTER.splitlines() if not one.startswith(f"{key} = ")]
        text = "\n".join(kept).replace(f"# {line}", line, 1)
        if 'name = "none"' in line:
            text = text.replace("targets =", "# targets =").replace("y = [1]", "")
        assert text != STARTER
        parsed(text)


def test_the_tables_that_are_commented_out_there_can_be_taken(tmp_path: Path) -> None:
    (tmp_path / "samples.csv").write_text("x1,x2,y\n1,2,1\n0,1,0\n")
    (tmp_path / "values.csv").write_text("".join(f"{name},0.5\n" for name in PARAMETERS))
    plain, rows = re.sub(r"\[sample\]\n.*\n.*\n", "", STARTER), commented("x", "y")
    given = parsed(plain + "\n[samples]\n" + "\n".join(rows))
    assert parsed(plain + '\n[samples]\nfile = "samples.csv"\n', tmp_path).samples == given.samples
    bare = re.sub(r"\[initial\][^\[]*", "", STARTER)
    for line in commented("rule", "file"):
        more = re.search(r"with: (.*?)(;|$)", line)
        options = more[1].replace(", ", "\n") if more else ""
        if "samples.csv" not in line:
            assert parsed(f"{bare}\n[initial]\n{line}\n{options}\n", tmp_path).initial is not None
