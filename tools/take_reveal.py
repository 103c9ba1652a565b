"""Take what slides in a browser need out of the npm package reveal.js.

In: a folder with the npm package (as `npm install` leaves it in node_modules). Out: the files of
symnet/reveal, byte for byte, and the licence.

    python tools/take_reveal.py node_modules

Files other than those of the version in symnet/reveal/README.txt are refused.
"""

import sys
from hashlib import sha256
from pathlib import Path

REVEAL = Path(__file__).parents[1] / "symnet" / "reveal"
# From where in the package, and the SHA-256.
FILES = {
    "reveal.js": (
        "dist/reveal.js",
        "aa1bbbf2617b23a623b23612cb3c5bdb63de512e652bf20fcfa832b045d37844",
    ),
    "reveal.css": (
        "dist/reveal.css",
        "615ee850cbbb98a0f688b60ed37b21819a3f54c9f3e6f20e33e63693ab74a0c0",
    ),
    "LICENSE.txt": (
        "LICENSE",
        "b2883e4b610bfa1b4d8fff84c4d4b825cc7d553cbd9fec4777c04068a2859dc0",
    ),
}


def main(packages: Path) -> None:
    """Copy every file whose hash is the one expected."""
    for name, (source, digest) in FILES.items():
        content = (packages / "reveal.js" / source).read_bytes()
        if sha256(content).hexdigest() != digest:
            raise SystemExit(f"{source}: not the file of the version in {REVEAL / 'README.txt'}")
        (REVEAL / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
