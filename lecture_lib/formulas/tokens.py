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
    r"\big",
    r"\Big", r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\bigm", r"\Bigl", r"\Bigr", r"\Bigm", r"\biggl", r"\biggr",
    r"\Biggl", r"\Biggr", r"\limits", r"\nolimits", r"\displaystyle", r"\textstyle", r"\scriptstyle", r"\mathbf",
    r"\boldsymbol", r"\bm", r"\mathit", r"\mathsf", r"\pmb",
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
    r"\textbf": r"\text", r"\textrm": r"\text", r"\mbox": r"\text", r"\mathbbm": r"\mathbb",
    r"\varepsilon": r"\epsilon", r"\lt": "<", r"\gt": ">", r"\circ": r"\odot",
    r"\varphi": r"\phi", r"\vartheta": r"\theta",
}  # fmt: skip
"""Commands that say the same as another."""

GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta",
    "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
}  # fmt: skip
"""Commands that are letters."""

UNICODE = {
    "∑": r"\sum ", "∏": r"\prod ", "∇": r"\nabla ", "∂": r"\partial ", "·": r"\cdot ", "⋅": r"\cdot ",
    "×": r"\times ",
    "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "−": "-", "–": "-", "‖": r"\|", "∥": r"\|", "∣": "|", "⊤": r"\top ",
    "ᵀ": r"^\top ", "′": "'", "’": "'", "″": "''", "√": r"\sqrt ", "∞": r"\infty ", "∈": r"\in ", "⊗": r"\otimes ",
    "←": r"\leftarrow ", "∝": r"\propto ", "⟺": r"\iff ", "⇔": r"\iff ", "⋆": "*", "∗": "*", "≔": ":=",
    "ℓ": r"\ell ",
    "½": r"\frac12 ", "⊙": r"\odot ", "\u00a0": " ", "ϵ": r"\epsilon ", "∖": r"\setminus ",
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
    r"(?P<space>[\s&]+)|(?P<command>\\(?:[A-Za-z]+\*?|.))|(?P<number>\d+(?:\.\d+)?)|(?P<letter>[A-Za-z])"
    r"|(?P<mark>:=|\S)",
    re.DOTALL,
)
OVERSET = re.compile(
    r"\\(?:overset|stackrel)\s*\{\s*(?:\\(?:text|mathrm)\s*\{)?\s*([!c])\s*\}?\s*\}\s*\{?\s*=\s*\}?"
)
WORD = re.compile(r"\s*\{([^{}]*)\}")


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
    text, positions = _spelled_out(latex)
    found = list(_cut(text, latex, positions))
    return [*found, Token("end", "the end", (len(latex), len(latex) + 1))]


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


def _cut(text, latex, positions):
    """Yield the tokens of a formula that is spelled out."""
    place, spaced = 0, False

    def token(kind, value, start, stop):
        span = (positions[start], max(positions[start] + 1, positions[min(stop, len(positions) - 1)]))
        return Token(kind, value, span, spaced)

    while place < len(text):
        if over := OVERSET.match(text, place):
            yield token("mark", f"{over[1]}=", *over.span())
            place, spaced = over.end(), False
            continue
        match = PATTERN.match(text, place)
        kind, value, start, place = match.lastgroup, match.group().rstrip("*"), match.start(), match.end()
        if kind == "mark":
            value = match.group()
        value = SAME.get(value, value)
        if kind == "space" or value in DROPPED:
            spaced = True
            if value in {r"\left", r"\right"} and text[place : place + 1] == ".":
                place += 1
            continue
        if value in {r"\text", r"\mathrm", r"\operatorname", r"\mathtt", r"\mathcal", r"\mathbb", r"\mathscr"}:
            word = WORD.match(text, place) or re.compile(r"\s*(\S)").match(text, place)
            if word is None or word[1] in "{}\\":
                raise FormulaError(
                    f"expected a word in braces after {value}", latex, token("", "", start, place).span
                )
            place = word.end()
            yield token(*_word(value, word[1].strip()), start, place)
        elif value.startswith(r"\operatorname"):
            yield token("word", value[14:-1], start, place)
        else:
            yield token(kind if value.startswith("\\") or kind != "command" else "mark", value, start, place)
        spaced = False


def _word(command, content):
    """Return kind and text of an upright word, or of a letter in a special alphabet."""
    if command == r"\text":
        return "text", content
    if command in {r"\mathrm", r"\operatorname", r"\mathtt"}:
        return "word", content
    return "command", f"{command} {content}"
