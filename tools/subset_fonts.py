"""Cut the fonts of the HTML documents down to the characters that these documents use.

In: a folder with the npm packages @fontsource/stix-two-math and @fontsource/stix-two-text (as
`npm install` leaves them in node_modules). Out: the .woff2 files of symnet/fonts, and the licence.

    python tools/subset_fonts.py node_modules

Needs fonttools and brotli; versions in symnet/fonts/README.txt. The same packages give the same
bytes.
"""

# ruff: noqa: RUF001
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "symnet" / "fonts"
ASCII = [*range(0x20, 0x7F)]
LATIN = [*ASCII, *range(0xA0, 0x180), *map(ord, "–—‘’“”…−←→≈≤≥·×"), 0x2007]
# Of the alphabets of mathematics: italic and bold Latin, italic and bold italic Greek.
ITALIC, BOLD = range(0x1D434, 0x1D468), range(0x1D400, 0x1D434)
GREEK = [*range(0x391, 0x3AA), *range(0x3B1, 0x3CA), 0x3D5]
SLANTED_GREEK = range(0x1D6E2, 0x1D71C)
BOLD_GREEK = [*range(0x1D6A8, 0x1D6C1), *range(0x1D736, 0x1D750)]  # capitals upright
DIGITS = range(0x1D7CE, 0x1D7D8)  # bold
SIGNS = map(ord, "ℎℓ∂𝜕∑√⋅⊙⊤′−≈≤≥←→…⏟ˆ^·×∈∞\u0302\u2061\u2062\u00a0")
MATHEMATICS = [*ASCII, *GREEK, *ITALIC, *BOLD, *SLANTED_GREEK, *BOLD_GREEK, *DIGITS, *SIGNS]
MATH, TEXT = (
    "stix-two-math/files/stix-two-math-latin-400-normal",
    "stix-two-text/files/stix-two-text",
)
CUTS: dict[str, tuple[str, Iterable[int], list[str]]] = {
    "math.woff2": (f"{MATH}.woff2", MATHEMATICS, ["ssty", "dtls", "flac", "kern", "mark", "ccmp"]),
    "text.woff2": (f"{TEXT}-latin-400-normal.woff2", LATIN, ["kern", "liga"]),
    "heading.woff2": (f"{TEXT}-latin-600-normal.woff2", ASCII, ["kern", "liga"]),
}


def cut(source: Path, characters: Iterable[int], features: list[str], target: Path) -> None:
    """Write the part of a font that the characters need; a MATH table stays."""
    options = Options(layout_features=features, flavor="woff2", hinting=False, desubroutinize=True)
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]  # copyright, names and licence
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    if "MATH" in font:
        _with_one_root(font)
    font.flavor = "woff2"
    font.save(target)


def _with_one_root(font: TTFont) -> None:
    """Drop the taller signs of a root: no line needs them, and Chromium takes the widest's room."""
    variants = font["MATH"].table.MathVariants
    place = variants.VertGlyphCoverage.glyphs.index(font.getBestCmap()[ord("√")])
    root = variants.VertGlyphConstruction[place]
    root.MathGlyphVariantRecord = root.MathGlyphVariantRecord[:1]
    root.VariantCount, root.GlyphAssembly = 1, None


def main(packages: Path) -> None:
    """Cut every font."""
    folder = packages / "@fontsource"
    for name, (source, characters, features) in CUTS.items():
        cut(folder / source, characters, features, FONTS / name)
        print(f"{name}: {(FONTS / name).stat().st_size} bytes")
    shutil.copyfile(folder / "stix-two-math" / "LICENSE", FONTS / "LICENSE.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
