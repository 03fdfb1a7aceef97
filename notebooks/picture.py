"""Write the pictures of the README from notebook 01: its first picture, and its live figure under a hand.

The moving picture is a series of photographs of the figure in Chromium, as a reader has it: a mean is dragged, then
the large button is pressed until nothing moves.
"""

import base64
import io
import json
import sys
import tempfile
from pathlib import Path

import stored

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "kit"))

from assets import FLAGS, MissingError, chromium, need  # noqa: E402

PICTURE = HERE.parent / ".github" / "old_faithful.png"
MOVING = PICTURE.with_name("live_figure.gif")
SIZE = {"width": 1000, "height": 600}
PRESSES, DRAG = 10, (210, 24)  # of the large button; pixels that mean 0 is dragged by
PAUSE, QUICK, END = 700, 60, 2200  # milliseconds that a picture stays


def outputs():
    """Return the forms of each output of notebook 01 that has any."""
    cells = json.loads((HERE / "01_k_means.ipynb").read_text(encoding="utf-8"))["cells"]
    found = [output for cell in cells for output in cell.get("outputs", []) if "data" in output]
    return [stored.with_html(output["data"], output["metadata"]) for output in found]


def first_picture():
    """Return the first stored picture of notebook 01, the bytes of a PNG file."""
    return base64.b64decode(next(data["image/png"] for data in outputs() if "image/png" in data))


def page():
    """Return a page with the live figure of notebook 01, and nothing else."""
    from lecture_lib.widgets.script import PAGE, script

    texts = ("".join(data.get("text/html", "")) for data in outputs())
    figure = next(text for text in texts if "data-explorer" in text)
    style = (PAGE / "figure.css").read_text(encoding="utf-8")
    head = f"<!DOCTYPE html><meta charset=utf-8><style>body {{background: #fff}}{style}</style>"
    return f"{head}{figure}<script>{script()}</script>"


def photographs(browser):
    """Yield pictures of the figure, PNG, each with the time that it stays."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "figure.html"
        path.write_text(page(), encoding="utf-8")
        chrome = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        window = chrome.new_page(viewport=SIZE)
        window.goto(path.as_uri())
        figure = window.locator(".lecture-figure").first
        figure.wait_for()

        def settled():
            window.wait_for_function("document.querySelector('.lecture-figure').dataset.busy === 'false'")
            return figure.screenshot()

        yield settled(), PAUSE
        box = figure.locator(".handle").first.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        window.mouse.move(x, y)
        window.mouse.down()
        for step in range(1, 13):
            window.mouse.move(x + DRAG[0] * step / 12, y + DRAG[1] * step / 12)
            yield figure.screenshot(), QUICK
        window.mouse.up()
        yield settled(), PAUSE
        for number in range(PRESSES):
            figure.locator("button.main").click()
            yield settled(), END if number == PRESSES - 1 else PAUSE
        chrome.close()


def moving(pictures):
    """Return pictures as one GIF."""
    from PIL import Image

    frames, stays = zip(
        *((Image.open(io.BytesIO(png)).convert("RGB"), stay) for png, stay in pictures), strict=True
    )
    palette = frames[-1].quantize(64)
    first, *others = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames)
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=list(stays), loop=0, optimize=True)
    return file.getvalue()


def main():
    """Write both; return 0, or what is missing."""
    try:
        need("playwright")
        browser = chromium()
    except MissingError as error:
        return str(error)
    PICTURE.write_bytes(first_picture())
    MOVING.write_bytes(moving(photographs(browser)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
