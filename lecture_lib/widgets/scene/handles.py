"""What can be moved."""

__all__ = ["handle", "movable"]


def handle(name, at, *, label, value, tint="ink", style="mean", caption="", along="xy"):
    """Return something that can be dragged, or moved with the arrow keys.

    Parameters
    ----------
    name : str
        What a move of it is called.
    at : array_like, shape (2,)
        Where it is.
    label, value : str
        What it is, and where, in words.
    tint : str
        Colour.
    style : {"mean", "knob", "dial"}
        A large ring with its caption, a small knob, or a line across the panel.
    caption : str
        Written into the ring.
    along : {"xy", "x", "y"}
        In which directions it moves.

    Returns
    -------
    dict
    """
    words = {"label": label, "value": value, "caption": caption}
    at = [float(coordinate) for coordinate in at]
    return {"kind": "handle", "id": name, "at": at, "style": style, "colour": tint, "along": along, **words}


def movable(drawn, name):
    """Tell whether a scene shows something of this name that can be moved.

    Parameters
    ----------
    drawn : dict
        The scene.
    name : str
        Of a handle, or of a datum.

    Returns
    -------
    bool
    """
    for layer in (layer for panel in drawn["panels"] for layer in panel["layers"]):
        if layer["kind"] == "handle" and layer["id"] == name:
            return True
        if layer["kind"] == "points" and layer["drag"] and name.startswith(layer["drag"]):
            number_of = name.removeprefix(layer["drag"])
            return number_of.isdecimal() and int(number_of) < len(layer["xy"]) // 8
    return False
