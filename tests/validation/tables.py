"""Tables of calls and of bad values."""


def cases(tables):
    """Pair every call of a table with every bad value of it: a name, the call, and the message it must give."""
    return {
        f"{name}: {kind}": (lambda call=call, bad=bad: call(bad), message)
        for calls, values in tables
        for name, call in calls.items()
        for kind, (bad, message) in values.items()
    }
