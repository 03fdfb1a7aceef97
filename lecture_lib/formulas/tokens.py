"""LaTeX, cut into tokens: spacing, sizes and fonts are dropped, Unicode is spelled out.

Whatever only changes how a formula looks ends here; the grammar sees what it says.
"""

import re
import unicodedata
from dataclasses import dataclass

from lecture_lib.formulas.errors import FormulaError

__all__ = ["Token", "tokens"]

DROPPED = {
    r"\,", r"\;", r"\:", r"\!", r"\>", "\\ ", "\\\n", "~", r"\quad", r"\qquad", r"\left", r"\right", r"\middle",
    r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\bigm", r"\Bigl", r"\Bigr", r"\Bigm", r"\biggl",
    r"\biggr", r"\Biggl", r"\Biggr", r"\limits", r"\nolimits", r"\displaystyle", r"\textstyle", r"\scriptstyle",
    r"\mathbf", r"\boldsymbol", r"\bm", r"\mathit", r"\mathsf", r"\pmb",
}  # fmt: skip
"""Commands that change how a formula looks, not what it says."""

SAME = {
    r"\ln": r"\log", r"\leq": r"\le", r"\geq": r"\ge", r"\neq": r"\ne", r"\lVert": r"\|", r"\rVert": r"\|",
    r"\Vert": r"\|", r"\parallel": r"\|", r"\lvert": "|", r"\rvert": "|", r"\vert": "|", r"\dfrac": r"\frac",
    r"\tfrac": r"\frac", r"\cfrac": r"\frac", r"\tbinom": r"\binom", r"\dbinom": r"\binom", r"\T": r"\top",
    r"\intercal": r"\top", r"\transpose": r"\top", r"\given": r"\mid", r"\gets": r"\leftarrow", r"\lbrack": "[",
    r"\rbrack": "]", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\prime": "'", r"\widehat": r"\hat",
    r"\widetilde": r"\tilde", r"\overline": r"\bar", r"\coloneqq": ":=", r"\colon": ":", r"\asterisk": "*",
    r"\ast": "*", r"\star": "*", r"\Longleftrightarrow": r"\iff", r"\Leftrightarrow": r"\iff",
    r"\Rightarrow": r"\implies", r"\Longrightarrow": r"\implies", r"\ldots": r"\dots", r"\cdots": r"\dots",
    r"\varepsilon": r"\epsilon", r"\lt": "<", r"\gt": ">", r"\circ": r"\odot",
    r"\varphi": r"\phi", r"\vartheta": r"\theta",
}  # fmt: skip
"""Commands that say the same as another."""

GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
    "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta",
    "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
}  # fmt: skip
"""Commands that are letters."""

UNICODE = {
    "∑": r"\sum ", "∏": r"\prod ", "∇": r"\nabla ", "∂": r"\partial ", "·": r"\cdot ", "⋅": r"\cdot ",
    "×": r"\times ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "−": "-", "–": "-", "‖": r"\|", "∥": r"\|",
    "∣": "|", "⊤": r"\top ", "ᵀ": r"^\top ", "′": "'", "’": "'", "″": "''", "√": r"\sqrt ", "∞": r"\infty ",
    "∈": r"\in ", "⊗": r"\otimes ", "←": r"\leftarrow ", "∝": r"\propto ", "⟺": r"\iff ", "⇔": r"\iff ",
    "⋆": "*", "∗": "*", "≔": ":=", "ℓ": r"\ell ", "½": r"\frac12 ", "⊙": r"\odot ", "\u00a0": " ",
    "ϵ": r"\epsilon ", "∖": r"\setminus ",
}  # fmt: skip
"""Characters as students type or paste them, in LaTeX; Greek letters are found by their Unicode names."""

CONTROL = {"\a": "a", "\b": "b", "\f": "f", "\r": "r", "\v": "v", "\t": "t", "\n": "n"}
AFTER_CONTROL = re.compile(
    r"[\a\b\f\v][A-Za-z]+"
    r"|\r(?:Vert|vert|ight|ho|angle|floor|brace|brack|m\b)"
    r"|\t(?:ext|frac|heta|au|op|binom|ilde|imes|anh|o\b|r\b|extbf|extstyle)"
    r"|\n(?:abla|eq\b|ot\b)"
)
"""What is left of a command whose backslash Python has read together with the letter after it."""

PATTERN = re.compile(
    r"""(?P<space>[\s&]+|\\(?:left|right)\.)
    | \\(?:overset|stackrel)\s*\{\s*(?:\\(?:text|mathrm)\s*\{)?\s*(?P<over>[!c])\s*\}?\s*\}\s*\{?\s*=\s*\}?
    | \\(?:mathbf|boldsymbol|bm|mathit|mathsf|pmb)\s*\{\s*(?P<font>\\[A-Za-z]+|[A-Za-z])\s*\}
    | \\(?P<upright>text|mathrm|operatorname|mathtt|mathcal|mathbb|mathscr)(?![A-Za-z])\*?
        \s*(?:\{(?P<word>[^{}]*)\}|(?P<one>\w))
    | (?P<command>\\(?:[A-Za-z]+|.))
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<letter>[A-Za-z])
    | (?P<mark>:=|\S)""",
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    r"""A piece of LaTeX that has a meaning of its own.

    ``kind`` is "command", "letter", "number", "text" (what stood in ``\text{...}``), "word" (an upright word such
    as ``\mathrm{KL}``), "mark" or "end"; ``spaced`` says whether space stood before it.
    """

    kind: str
    text: str
    span: tuple[int, int]
    spaced: bool = False


def tokens(latex: str) -> list[Token]:
    """Cut LaTeX into tokens; the last one has the kind "end".

    Raises
    ------
    FormulaError
        For what is no LaTeX at all: something else than text, or a command of which Python ate the backslash.
    """
    if not isinstance(latex, str):
        raise FormulaError(f"a formula is text, got {type(latex).__name__}; write it in quotes: r'...'")
    if eaten := AFTER_CONTROL.search(latex):
        command = "\\" + CONTROL[eaten.group()[0]] + eaten.group()[1:]
        problem = f"Python has read the first two signs of {command} as one; the backslash is lost"
        raise FormulaError(problem, latex, eaten.span(), 'put r before the quotes: r"..."')
    text, places = _spelled_out(latex)
    found, spaced = [], False
    for match in PATTERN.finditer(text):
        kind, value = _meaning(match)
        if kind is not None:
            start, stop = places[match.start()], places[match.end() - 1] + 1
            found.append(Token(kind, value, (start, stop), spaced))
        spaced = kind is None
    return [*found, Token("end", "the end", (len(latex), len(latex) + 1))]


def _meaning(match):
    """Return kind and text of a token; None for what only changes the look."""
    part = match.groupdict()
    if part["over"]:
        return "mark", f"{part['over']}="
    if upright := part["upright"]:
        word = (part["word"] if part["word"] is not None else part["one"]).strip()
        if upright == "text":
            return "text", word
        return (
            ("word", word)
            if upright in {"mathrm", "operatorname", "mathtt"}
            else ("command", f"\\{upright} {word}")
        )
    value = SAME.get(match.group(), part["font"] or match.group())
    if part["space"] or value in DROPPED:
        return None, ""
    if value.startswith("\\"):
        return "mark" if value == "\\\\" else "command", value
    return "number" if part["number"] else "letter" if value.isalpha() else "mark", value


def _spelled_out(latex):
    """Return the formula with Unicode spelled as LaTeX, and for each of its characters the place it came from."""
    parts = [(_spelling(character), place) for place, character in enumerate(latex)]
    return "".join(part for part, _ in parts), [place for part, place in parts for _ in part] + [len(latex)]


def _spelling(character):
    if character.isascii() or character in UNICODE:
        return UNICODE.get(character, character)
    plain = unicodedata.normalize("NFKC", character)
    name = unicodedata.name(plain, "") if len(plain) == 1 else ""
    if greek := re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (?:FINAL )?(LAMDA|[A-Z]+)", name):
        word = greek[2].replace("LAMDA", "LAMBDA").lower()
        word = word if greek[1] == "SMALL" else word.capitalize()
        return f"\\{word} " if word in GREEK else character
    if "SUPERSCRIPT" in unicodedata.name(character, "") and plain.isascii():
        return f"^{{{plain}}}"
    if "SUBSCRIPT" in unicodedata.name(character, "") and plain.isascii():
        return f"_{{{plain}}}"
    return plain if plain.isascii() else character
