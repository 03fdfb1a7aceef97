r"""Names: a base, an accent, marks and indices, and what a name stands for.

    name  := [accent] base ("'" | "_" group | "^" group)*
    group := index letters, numbers counted from 0, labels such as k_i, or marks such as \text{new}, * and A

A letter of a range is an index, everything else in a subscript a mark; a superscript is a mark if it is a word, a
star, a number of a step as in \theta^{(t)}, or if the name is declared with it; else it is a power.
"""

from lecture_lib.formulas.errors import FormulaError, ShapeMismatch
from lecture_lib.formulas.notation import Definition, Symbol, split_letter
from lecture_lib.formulas.operations import OPERATIONS, shown_shape
from lecture_lib.formulas.tokens import GREEK, Token, tokens
from lecture_lib.formulas.tree import Tree, number, renamed

ACCENTS = {r"\bar", r"\hat", r"\tilde", r"\dot", r"\vec", r"\check", r"\underline"}
MARKS = {"*", "+", r"\max", r"\min", r"\infty"}


class Reader:
    """A cursor over the tokens of a formula, which reads names."""

    def __init__(self, latex, notation):
        self.latex, self.notation = latex, notation
        self.tokens = tokens(latex)
        self.at = 0
        self.bound = []  # the letters that enclosing sums bind
        self.context = ["top"]  # what the innermost open bracket is: "(", "|", "‖" or "arguments"

    # -- cursor ----------------------------------------------------------------------------------------------------

    @property
    def next(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """Return the next token and go on."""
        token = self.next
        self.at += token.kind != "end"
        return token

    def accept(self, *texts):
        """Return the next token and go on if it is one of these, else None."""
        return self.take() if self.next.kind not in {"text", "word", "end"} and self.next.text in texts else None

    def expect(self, text, remedy=""):
        """Go on if the next token is this one; else say so."""
        return self.accept(text) or self.fail(f"expected {text}, got {self.next.text}", self.next.span, remedy)

    def fail(self, problem, span, remedy=""):
        """Raise an error that shows the place."""
        raise FormulaError(problem, self.latex, span, remedy)

    def make(self, op, *children, detail=None, span=None, remedy=""):
        """Return a node of the tree, with its shape; a mismatch becomes an error that shows the place."""
        span = span or (children[0].span[0], children[-1].span[1])
        try:
            shape = OPERATIONS[op].shape(*(child.shape for child in children))
        except ShapeMismatch as mismatch:
            self.fail(str(mismatch), span, remedy)
        return Tree(op, children, detail, shape, span)

    # -- groups ----------------------------------------------------------------------------------------------------

    def group(self, sign):
        """Return the tokens after ``_`` or ``^``: those in braces, or the one there is."""
        if self.accept("{"):
            start, depth = self.at, 1
            while depth:
                token = self.take()
                if token.kind == "end":
                    self.fail(f"the brace after {sign} is not closed", self.tokens[start - 1].span, "write }")
                depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
            return self.tokens[start : self.at - 1]
        token = self.take()
        if token.kind == "end" or token.text in {"-", "+", "}", "_", "^"}:
            more = self.next.text if token.text in {"-", "+"} else "..."
            self.fail(f"{sign}{token.text} is typeset with nothing but the sign raised or lowered",
                      token.span, f"write {sign}{{{token.text}{more}}}")  # fmt: skip
        after = self.next
        if token.kind == "number" and len(token.text) > 1:
            shown = f"{sign}{{{token.text}}}"
            self.fail(f"{sign}{token.text} raises or lowers one digit only", token.span, f"write {shown}")
        is_index = after.kind in {"letter", "number"} and sign == "_" and not after.spaced
        if is_index and token.kind == "letter" and (after.text in self.notation.sizes or after.kind == "number"):
            shown = f"_{{{token.text}{after.text}}}"
            self.fail(f"_{token.text}{after.text} lowers one letter only", (token.span[0], after.span[1]),
                      f"write {shown} for two indices, or a space after the first")  # fmt: skip
        return [token]

    def inner(self, group, bound=()):
        """Return a reader of the same kind for the tokens of a group."""
        reader = type(self)("", self.notation)
        reader.latex = self.latex
        end = group[-1].span[1] if group else self.next.span[0]
        reader.tokens = [*group, Token("end", "the end of the group", (end, end + 1))]
        reader.bound = [*self.bound, *bound]
        return reader

    # -- names -----------------------------------------------------------------------------------------------------

    def at_name(self) -> bool:
        """Whether a name comes next."""
        token = self.next
        if token.kind in {"letter", "word"}:
            return True
        bare = token.text.lstrip("\\")
        return token.kind == "command" and (token.text in ACCENTS or bare in GREEK or " " in token.text)

    def spelled(self):
        """Read base, accent, marks and index tokens of a name.

        Returns the name as notations spell it, its index groups, and where it stood.
        """
        start = self.next.span[0]
        accent = ""
        while self.next.text in ACCENTS:
            accent += self.take().text + " "
        braced = accent and self.accept("{")
        base = self.take()
        if base.kind not in {"letter", "word", "command"} or (accent and base.kind == "end"):
            self.fail(f"expected a letter, got {base.text}", base.span)
        if braced:
            self.expect("}", "an accent stands over one letter")
        base = f"\\mathrm {base.text}" if base.kind == "word" else base.text
        name, marks, indices = accent + base, set(), []
        while True:
            if self.accept("'"):
                if indices:
                    self.fail(f"the prime belongs to {name}, not to its index", self.next.span,
                              "put it on the index, as in \\mu_{j'}, or before it, as in z'_{ij}")  # fmt: skip
                marks = {*marks, "'" * (1 + sum("'" in mark for mark in marks))}
            elif self.next.text == "_" and self.next.kind == "mark":
                self.take()
                more, found = self._subscript(self.group("_"))
                marks |= more
                indices += found
            elif self.next.text == "^" and (mark := self._superscript_mark(name, marks)):
                marks.add(mark)
            else:
                break
        end = self.tokens[self.at - 1].span[1]
        return spelled_name(name, marks), indices, (start, end)

    def _subscript(self, group):
        """Split a subscript into marks and index trees."""
        if not group:
            self.fail("an empty subscript", self.tokens[self.at - 1].span, "leave the braces out")
        marks, indices, reader = set(), [], self.inner(group)
        while reader.next.kind != "end":
            token = reader.next
            if token.text == "," and reader.take():
                continue
            known = token.text in self.notation.sizes or token.kind == "number" or token.text == "("
            labels = token.kind == "letter" and reader.at + 1 < len(reader.tokens) - 1
            labels = labels and reader.tokens[reader.at + 1].text == "_"
            if known or labels or (token.text in self.notation.sizes.values() and self.notation.sizes):
                indices.append(reader.index())
            else:
                marks.add(reader.take().text)
        return marks, indices

    def index(self):
        """Read one index: a letter, a number, a label, or one of these plus or minus something."""
        token = self.next
        tree = self.primed_letter() if token.text in self.notation.sizes else None
        if tree is None and token.kind == "number":
            self.take()
            tree = Tree("number", (), token.text, (), token.span)
        if tree is None:
            tree = self.factor()
        while self.next.text in {"+", "-"} and self.next.kind == "mark":
            sign = self.take().text
            other = self.index()
            tree = self.make("add", tree, other if sign == "+" else self.make("neg", other))
        return tree

    def primed_letter(self):
        """Read an index letter with its primes."""
        token = self.take()
        primes = ""
        while self.next.text == "'" and self.next.kind == "mark":
            primes += self.take().text
        return Tree("letter", (), token.text + primes, (), (token.span[0], self.tokens[self.at - 1].span[1]))

    def _superscript_mark(self, name, marks):
        """Read a superscript that is a mark; leave a power alone."""
        before = self.at
        self.take()
        group = self.group("^")
        texts = [token.text for token in group]
        text = "".join(texts)
        words = len(group) == 1 and group[0].kind in {"text", "word"}
        step = len(group) == 3 and texts[0] == "(" and texts[2] == ")" and group[1].kind in {"letter", "number"}
        declared = self.notation.__dict__.get("named", {})
        if words or text in {"*", "+"} or step or spelled_name(name, {*marks, text}) in declared:
            return text
        self.at = before
        return None

    # -- what a name stands for ------------------------------------------------------------------------------------

    def symbol(self, name, indices, span):
        """Return the tree of a name that is declared, with its indices."""
        functions = [e for e in self.notation.named.get(name, []) if getattr(e, "arguments", None) is not None]
        if (
            len(functions) == 1
            and len(self.notation.named[name]) == 1
            and len(indices) == len(functions[0].letters)
        ):
            (head,) = functions  # without brackets, a function stands at the arguments it is declared with
            detail = (name, len(indices), head.separators)
            return Tree("call", (*indices, *head.arguments), detail, self.notation.body(head).shape, span)
        entry = self.entry(name, span)
        indices = self._split_digits(indices, len(entry.letters))
        return self.indexed(entry, name, indices, span)

    def entry(self, name, span):
        """Return what is declared under a name."""
        found = [e for e in self.notation.named.get(name, []) if not isinstance(e, tuple)]
        plain = [e for e in found if isinstance(e, Symbol) or e.arguments is None]
        if plain:
            return plain[0]
        bundle = self.notation.named.get(name.split("|")[0], [None])[0]
        if isinstance(bundle, Symbol) and bundle.shape == "bundle":
            return bundle  # its marks go to the members
        shown = shown_name(name)
        if found:
            heads = " or ".join(entry.head for entry in found)
            self.fail(f"{shown} is a function here", span, f"write its arguments: {heads}")
        known = ", ".join(sorted({e.head for entries in self.notation.named.values() for e in entries
                                  if not isinstance(e, tuple)})) or "nothing"  # fmt: skip
        close = [e.head for other, entries in self.notation.named.items() for e in entries
                 if not isinstance(e, tuple) and other.split("|")[0] == name.split("|")[0]]  # fmt: skip
        remedy = f"did you mean {' or '.join(close)}?" if close else f"declared are {known}"
        return self.fail(f"{shown} is not declared", span, remedy)

    def _split_digits(self, indices, wanted):
        """Read 01 as two indices where two are wanted."""
        single = len(indices) == 1 and indices[0].op == "number"
        if single and len(indices[0].detail) == wanted > 1:
            return [Tree("number", (), digit, (), indices[0].span) for digit in indices[0].detail]
        return indices

    def indexed(self, entry, name, indices, span):
        """Return a declared name with indices; too few stand for the whole, too many for an entry of it."""
        shape = entry.shape if isinstance(entry, Symbol) else self.notation.body(entry).shape
        wanted = len(entry.letters)
        if shape == "bundle":
            return Tree("bundle", (), name, "bundle", span)
        for letter, index in zip(entry.letters, indices, strict=False):
            self._counts_to(index, self.notation.sizes[letter], entry.head)
        tree = Tree("symbol", tuple(indices[:wanted]), name, shape, span)
        extra = indices[wanted:]
        if extra:
            axes = [size for size in shape if size != "1"] if isinstance(shape, tuple) else []
            if len(extra) != len(axes):
                self.fail(f"{shown_name(name)} has {wanted} indices, got {len(indices)}", span,
                          f"write {entry.head}")  # fmt: skip
            for size, index in zip(axes, extra, strict=True):
                self._counts_to(index, size, f"an entry of {entry.head}")
            entries = extra if len(axes) == 2 else [*extra, number(0)] if shape[1] == "1" else [number(0), *extra]
            return Tree("entry", (tree, *entries), None, (), span)
        missing = entry.letters[len(indices) :]
        if not missing:
            return tree
        letters = tuple((f"{letter}°", self.notation.sizes[letter]) for letter in missing)
        full = Tree("symbol", (*indices, *(Tree("letter", (), f"{m}°") for m in missing)), name, shape, span)
        return Tree("stack", (full,), ("whole", letters), stacked(letters, shape), span)

    def _counts_to(self, index, size, what):
        """Refuse an index that counts something else, or nothing."""
        if index.op == "number":
            return
        got = self._range_of(index)
        if got is None:
            self.fail(
                "this is no index", index.span, "an index is a letter of ranges, a number or a label such as k_i"
            )
        if got != size:
            self.fail(
                f"this index counts to {got}, but {what} has one that counts to {size}",
                index.span,
                "take a letter of that range",
            )

    def _range_of(self, index):
        """Return the size of what an index counts; None if it is no index."""
        if index.op == "letter":
            return self.notation.sizes[split_letter(index.detail)[0]]
        if index.op == "add":
            return next((size for part in index.children if (size := self._range_of(part))), None)
        if index.op == "size":
            return index.detail
        if index.op == "symbol":
            entry = self.notation.named[index.detail][0]
            if isinstance(entry, Symbol):
                return entry.counts_to or None
            return self._range_of(self.notation.body(entry))
        if index.op == "big" and index.detail[0].startswith("arg"):
            return index.detail[1][0][1]
        return None

    # -- heads of declarations -------------------------------------------------------------------------------------

    def declared(self, function=False):
        """Read the head of a declaration: its name, and its index letters."""
        name, indices, span = self.spelled()
        letters = tuple(index.detail for index in indices)
        if any(index.op != "letter" for index in indices):
            self.fail("a declaration has index letters only", span, "declare each letter in ranges")
        if not function and self.accept("("):
            letters += (self.primed_letter().detail,)
            self.expect(")")
        if not function and self.next.kind != "end":
            self.fail("a symbol is a name with its indices", self.next.span, "functions go into definitions")
        return name, letters


def spelled_name(base, marks):
    """Return a name as notations spell it: base with accents, then its marks in order."""
    return "|".join([base, *sorted(marks)])


def shown_name(name):
    """Return a name as LaTeX."""
    base, *marks = name.split("|")
    base = "\\mathrm{" + base.removeprefix("\\mathrm ") + "}" if base.startswith("\\mathrm ") else base
    primes = "".join(mark for mark in marks if set(mark) == {"'"})
    rest = [
        mark if not mark.isalpha() or len(mark) == 1 else f"\\text{{{mark}}}" for mark in marks if mark != primes
    ]
    return base + primes + (f"^{{{' '.join(rest)}}}" if rest else "")


def stacked(letters, shape):
    """Return the shape of a whole: a number over one or two letters, a column over one."""
    sizes = [size for _, size in letters]
    if shape == () and len(sizes) <= 2:
        return (*sizes, "1")[:2]
    if isinstance(shape, tuple) and shape and shape[1] == "1" and len(sizes) == 1:
        return (sizes[0], shape[0])
    return "table"


__all__ = ["Definition", "Reader", "renamed", "shown_name", "shown_shape", "spelled_name", "stacked"]
