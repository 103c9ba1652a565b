"""Cut the fonts of the HTML documents down to the characters that these documents use.

In: a folder with the npm packages @fontsource/stix-two-math and @fontsource/stix-two-text (as
`npm install` leaves them in node_modules). Out: the .woff2 files of symnet/fonts, and the licence.

    python tools/subset_fonts.py node_modules

Needs fonttools and brotli; versions in symnet/fonts/README.txt. The same packages give the same
bytes.
"""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from symnet.document.html.fonts import FACES, FONTS, characters

MATH, TEXT = (
    "stix-two-math/files/stix-two-math-latin-400-normal",
    "stix-two-text/files/stix-two-text",
)
# By family and weight: from which file, with which features. Letters of formulas stand alone.
SOURCES = {
    ("Symnet Math", 400): (f"{MATH}.woff2", ["ssty", "dtls", "flac", "ccmp"]),
    ("Symnet Text", 400): (f"{TEXT}-latin-400-normal.woff2", ["kern", "liga"]),
    ("Symnet Text", 600): (f"{TEXT}-latin-600-normal.woff2", ["kern"]),
}
# How many sizes of a sign there are, before it is put together from parts; of others one.
SIZES = {"(": 6, ")": 6, "{": 6, "|": 2, "∑": 2, "⏟": 6}


def cut(source: Path, characters: Iterable[int], features: list[str], target: Path) -> None:
    """Write the part of a font that the characters need; a MATH table stays."""
    options = Options(layout_features=features, flavor="woff2", hinting=False, desubroutinize=True)
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]  # copyright, names and licence
    font = TTFont(source, recalcTimestamp=False)
    if "MATH" in font:
        _with_few_sizes(font)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target)


def _with_few_sizes(font: TTFont) -> None:
    """Drop the larger sizes of signs that need none; Chromium takes the widest root's room."""
    kept = {font.getBestCmap()[ord(sign)]: count for sign, count in SIZES.items()}
    variants = font["MATH"].table.MathVariants
    for coverage, constructions in (
        (variants.VertGlyphCoverage, variants.VertGlyphConstruction),
        (variants.HorizGlyphCoverage, variants.HorizGlyphConstruction),
    ):
        for glyph, one in zip(coverage.glyphs, constructions, strict=True):
            one.MathGlyphVariantRecord = one.MathGlyphVariantRecord[: kept.get(glyph, 1)]
            one.VariantCount = len(one.MathGlyphVariantRecord)
            if kept.get(glyph, 1) == 1:
                one.GlyphAssembly = None


def main(packages: Path) -> None:
    """Cut every font."""
    folder = packages / "@fontsource"
    for face in FACES:
        source, features = SOURCES[face.family, face.weight]
        target = FONTS / f"{face.file}.woff2"
        cut(folder / source, sorted(characters(face.spans)), features, target)
        print(f"{target.name}: {target.stat().st_size} bytes")
    shutil.copyfile(folder / "stix-two-math" / "LICENSE", FONTS / "LICENSE.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
