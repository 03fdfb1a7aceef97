"""Draw the sets after MacKay and write them: the same bytes at every run.

    python data/make.py [FOLDER]

Three decimals are written, so the last digits of a processor's arithmetic never reach the file.
"""

import sys
from pathlib import Path

from lecture_lib.datasets import RECIPES, make_clusters


def main(folder):
    """Write one CSV file a recipe into ``folder``."""
    for name, recipe in RECIPES.items():
        X, z = make_clusters(recipe)
        rows = [f"{x1:.3f},{x2:.3f},{j}\n" for (x1, x2), j in zip(X, z, strict=True)]
        (folder / f"{name}.csv").write_text("".join(["x1,x2,cluster\n", *rows]), newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
