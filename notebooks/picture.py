"""Write the picture of the README: the first picture of notebook 01."""

import base64
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
PICTURE = HERE.parent / ".github" / "old_faithful.png"


def first_picture():
    """Return the first stored picture of notebook 01, the bytes of a PNG file."""
    cells = json.loads((HERE / "01_k_means.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = (output for cell in cells for output in cell.get("outputs", []))
    return base64.b64decode(next(o["data"]["image/png"] for o in outputs if "image/png" in o.get("data", {})))


if __name__ == "__main__":
    PICTURE.write_bytes(first_picture())
