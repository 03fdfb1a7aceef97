"""A notebook stores a picture once, as PNG; its alt text and size stand beside it, in the metadata.

What shows a picture in a page wants HTML: ``figures.show`` sends it to JupyterLab along with the PNG. It is left
out of what is stored, and made again from the rest where slides, print and site are built.
"""

from lecture_lib.figures.appearance import picture_html

PNG, HTML = "image/png", "text/html"


def without_html(data, metadata):
    """Return the forms of an output without HTML that repeats its picture."""
    again = made_again(data, metadata)
    return {form: value for form, value in data.items() if form != HTML or value != again}


def with_html(data, metadata):
    """Return the forms of an output with the HTML of its picture."""
    again = made_again(data, metadata)
    return {HTML: again} | data if again else data


def made_again(data, metadata):
    """Return the HTML of a picture, or None where there is none that has an alt text."""
    about = metadata.get(PNG, {})
    return picture_html("".join(data[PNG]), about) if {"alt", "width", "height"} <= about.keys() else None
