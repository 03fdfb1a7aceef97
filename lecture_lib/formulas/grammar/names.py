r"""Names: a base, an accent, marks and indices, and what a name stands for.

    name  := [accent] base ("'" | "_" group | "^" group)*
    group := index letters, numbers counted from 0, labels such as k_i, or marks such as \text{new}, * and A

A letter of a range is an index, everything else in a subscript a mark; a superscript is a mark if it is a word, a
star, the number of a step as in \theta^{(t)}, or if the name is declared with it; else it is a power.
"""

import re

from lecture_lib.formulas.grammar.cursor import Cursor
from lecture_lib.formulas.notation import Definition, Symbol, split_letter
from lecture_lib.formulas.tokens import GREEK
from lecture_lib.formulas.tree import Tree, number

__all__ = ["Names", "shown_name"]

ACCENTS = {r"\bar", r"\hat", r"\tilde", r"\dot", r"\vec", r"\check", r"\underline"}

LOOK_ALIKE = {
    "N": r"\mathcal N(...)", "E": r"\mathbb E[...]", r"\Sigma": r"\sum", r"\Pi": r"\prod",
    r"\mathbb 1": "a condition in brackets, [...]",
}  # fmt: skip
"""What is meant by letters that look like something else."""


WORDS = {
    **{word: f"\\{word}" for word in ("exp", "log", "ln", "min", "max", "sum", "prod", "det", "sqrt", "frac")},
    **{word: f"\\operatorname{{{word[:2]}}}" for word in ("tr", "trace")},
    **{word: rf"\arg\{word[3:]}_j" for word in ("argmin", "argmax")}, "KL": r"\mathrm{KL}",
}  # fmt: skip
"""Functions as they are typed when the backslash is forgotten."""


class Names(Cursor):
    """The part of the parser that reads names."""

    def at_name(self) -> bool:
        """Whether a name comes next."""
        token = self.next
        letter = token.text in ACCENTS or token.text.lstrip("\\") in GREEK or " " in token.text
        return token.kind in {"letter", "word"} or (token.kind == "command" and letter)

    # -- how a name is spelled -------------------------------------------------------------------------------------

    def spelled(self) -> tuple[str, list[Tree], tuple[int, int]]:
        """Read a name: as notations spell it, its indices, and where it stood."""
        start = self.next
        name = self._base()
        marks: set[str] = set()
        indices: list[Tree] = []
        while True:
            if prime := self.accept("'"):
                if indices and spelled_name(name, {*marks, "'"}) not in self.notation.named:
                    remedy = r"write \mu_{j'} for another index, and x_i^\top for a transpose"
                    self.fail("this prime belongs to the name, not to its index", prime.span, remedy)
                marks = {mark for mark in marks if "'" not in mark} | {"'" + "".join(m for m in marks if "'" in m)}
            elif self.raised_before_lowered():
                continue
            elif self.next.kind == "mark" and self.accept("_"):
                more, found = self.subscript(self.group("_"))
                marks |= more
                indices += found
            elif self.next.text == "^" and self.next.kind == "mark" and (mark := self._raised_mark(name, marks)):
                marks.add(mark)
            else:
                return spelled_name(name, marks), indices, self.since(start)

    def _base(self):
        """Read a base with the accents over it."""
        accents = ""
        while self.next.text in ACCENTS:
            accents += self.take().text + " "
        braced = accents and self.accept("{")
        base = self.take()
        if base.kind not in {"letter", "word", "command", "text"}:
            self.fail(f"expected a letter, got {base.text}", base.span)
        if braced:
            self.expect("}", "an accent stands over one letter")
        command = {"word": "\\mathrm ", "text": "\\text "}.get(base.kind, "")
        return accents + command + base.text

    def raised_before_lowered(self) -> bool:
        r"""Put a subscript that follows a superscript before it: \Sigma^{-1}_j is typeset as \Sigma_j^{-1}."""
        start, tokens = self.at, self.tokens
        ends = []
        for sign in "^_":
            if self.next.kind != "mark" or not self.accept(sign):
                break
            self.group(sign)
            ends.append(self.at)
        self.at = start
        if len(ends) == 2:
            self.tokens = [
                *tokens[:start],
                *tokens[ends[0] : ends[1]],
                *tokens[start : ends[0]],
                *tokens[ends[1] :],
            ]
        return len(ends) == 2

    def subscript(self, group) -> tuple[set[str], list[Tree]]:
        """Split a subscript into marks and indices."""
        marks, indices, reader = set(), [], self.inner(group)
        while reader.next.kind != "end":
            if reader.accept(","):
                continue
            token = reader.next
            label = token.kind == "letter" and reader.tokens[reader.at + 1].text == "_"
            counts = token.text in self.notation.sizes or token.text in self.notation.all_sizes
            if counts or label or token.kind == "number" or token.text == "(":
                indices.append(reader.index())
            else:
                marks.add(reader.take().text)
        return marks, indices

    def index(self) -> Tree:
        """Read one index: a letter, a number, a label, or one of these plus or minus something."""
        token = self.next
        if token.text in self.notation.sizes and self.tokens[self.at + 1].text != "_":
            tree = self.letter()
        elif token.kind == "number":
            self.take()
            tree = Tree("number", (), token.text, (), token.span)
        else:
            tree = self.factor()
        while self.next.kind == "mark" and (sign := self.accept("+", "-")):
            other = self.index()
            tree = self.make("add", tree, other if sign.text == "+" else self.make("neg", other))
        return tree

    def letter(self) -> Tree:
        """Read an index letter with its primes."""
        token, primes = self.take(), ""
        while self.next.kind == "mark" and self.accept("'"):
            primes += "'"
        return Tree("letter", (), token.text + primes, (), self.since(token))

    def _raised_mark(self, name, marks):
        """Read a superscript that is a mark; leave a power alone."""
        before = self.at
        self.take()
        group = self.group("^")
        texts = [token.text for token in group]
        text = "".join(texts)
        word = len(group) == 1 and group[0].kind in {"text", "word"}
        step = len(group) == 3 and texts[0] == "(" and texts[2] == ")" and group[1].kind in {"letter", "number"}
        if word or text in {"*", "+"} or step or spelled_name(name, {*marks, text}) in self.notation.named:
            return text
        self.at = before
        return None

    # -- what a name stands for ------------------------------------------------------------------------------------

    def symbol(self, name: str, indices: list[Tree], span) -> Tree:
        """Return the tree of a declared name with its indices."""
        found = self.notation.named.get(name, [])
        functions = [entry for entry in found if isinstance(entry, Definition) and entry.arguments is not None]
        if len(functions) == len(found) == 1 and len(indices) == len(functions[0].letters):
            head = functions[0]  # without brackets, a function stands at the arguments of its head
            detail = (name, len(indices), head.separators)
            return Tree("call", (*indices, *(head.arguments or ())), detail, self.notation.body(head).shape, span)
        entry = self._entry(name, found, functions, span)
        return self._indexed(entry, name, split_digits(indices, len(entry.letters)), span)

    def _entry(self, name, found, functions, span):
        """Return what is declared under a name, or say what is."""
        plain = [entry for entry in found if entry not in functions]
        bundle = self.notation.named.get(name.split("|")[0], [None])[0]
        if plain or (isinstance(bundle, Symbol) and bundle.shape == "bundle"):
            return plain[0] if plain else bundle  # the marks of a bundle go to its members
        if functions:
            heads = " or ".join(entry.head for entry in functions)
            self.fail(f"{shown_name(name)} is a function here", span, f"write its arguments: {heads}")
        for word in re.finditer(r"(?<![A-Za-z\\])[A-Za-z]{2,}", self.latex):
            if word.start() <= span[0] < word.end() and word[0] in WORDS:
                problem = f"{word[0]} stands for a product of letters here"
                self.fail(problem, word.span(), f"write {WORDS[word[0]]}")
        heads = {entry.head: entry for entries in self.notation.named.values() for entry in entries}
        close = [head for head, entry in heads.items() if entry.name.split("|")[0] == name.split("|")[0]]
        remedy = f"declared are {', '.join(sorted(heads)) or 'no letters'}"
        if close or name in LOOK_ALIKE:
            remedy = f"did you mean {' or '.join(close) or LOOK_ALIKE[name]}?"
        return self.fail(f"{shown_name(name)} is not declared", span, remedy)

    def _indexed(self, entry, name, indices, span):
        """Return a name with indices; too few stand for the whole, too many for an entry of it."""
        shape = entry.shape if isinstance(entry, Symbol) else self.notation.body(entry).shape
        if shape == "bundle":
            return Tree("bundle", (), name, "bundle", span)
        for letter, index in zip(entry.letters, indices, strict=False):
            self._counts_to(index, self.notation.sizes[letter], entry.head)
        wanted = len(entry.letters)
        unwritten = (Tree("letter", (), x, "assignment") for x in self.notation.unwritten(entry))
        tree = Tree("symbol", (*unwritten, *indices[:wanted]), name, shape, span)
        if len(indices) > wanted:
            return self.entry_of(tree, indices[wanted:], entry.head)
        missing = entry.letters[len(indices) :]
        return whole(tree, [(letter, self.notation.sizes[letter]) for letter in missing]) if missing else tree

    def entry_of(self, tree: Tree, indices: list[Tree], shown: str) -> Tree:
        """Return an entry of a vector or a matrix."""
        axes = [size for size in tree.shape if size != "1"] if isinstance(tree.shape, tuple) else []
        indices = split_digits(indices, len(axes))
        if len(indices) != len(axes):
            places = "no entries" if not axes else f"entries with {len(axes)} more indices"
            self.fail(f"{shown} has {places}, got {len(indices)} more", self.since(tree), "leave one out")
        for size, index in zip(axes, indices, strict=True):
            self._counts_to(index, size, f"an entry of {shown}")
        if len(axes) == 1:
            indices = [*indices, number(0)] if tree.shape[1] == "1" else [number(0), *indices]
        return Tree("entry", (tree, *indices), None, (), self.since(tree))

    def _counts_to(self, index, size, what):
        """Refuse an index that counts something else, or nothing."""
        got = size if index.op == "number" else self._range_of(index)
        if got is None:
            self.fail(
                "this is no index", index.span, "an index is a letter of ranges, a number or a label such as k_i"
            )
        if got != size:
            problem = f"this index counts to {got}, but {what} has one that counts to {size}"
            self.fail(problem, index.span, "take a letter of that range")

    def _range_of(self, index):
        """Return the size of what an index counts; None if it is no index."""
        if index.op == "letter":
            return self.notation.sizes[split_letter(index.detail)[0]]
        if index.op == "add":
            return next((size for part in index.children if (size := self._range_of(part))), None)
        if index.op == "symbol":
            entry = self.notation.named[index.detail][0]
            return (
                entry.counts_to or None if isinstance(entry, Symbol) else self._range_of(self.notation.body(entry))
            )
        if index.op == "big" and index.detail[0].startswith("arg"):
            return index.detail[1][0][1]
        return index.detail if index.op == "size" else None

    # -- heads of declarations -------------------------------------------------------------------------------------

    def declared(self, function: bool) -> tuple[str, tuple[str, ...]]:
        """Read the head of a declaration: its name, and its index letters."""
        name, indices, span = self.spelled()
        if any(index.op != "letter" for index in indices):
            self.fail("a declaration has index letters only", span, "declare each letter in ranges")
        letters = tuple(index.detail for index in indices)
        if not function and self.accept("("):
            letters += (self.letter().detail,)
            self.expect(")")
        if not function and self.next.kind != "end":
            self.fail("a symbol is a name with its indices", self.next.span, "functions go into definitions")
        return name, letters


def split_digits(indices: list[Tree], wanted: int) -> list[Tree]:
    """Read 01 as two indices where two are wanted."""
    digits = indices[0].detail if len(indices) == 1 and indices[0].op == "number" else ""
    if len(digits) != wanted or wanted < 2:
        return indices
    return [Tree("number", (), digit, (), indices[0].span) for digit in digits]


def whole(tree: Tree, letters: list[tuple[str, str]]) -> Tree:
    """Return a name whose indices are left out: a number becomes a vector or matrix, a vector the rows of one."""
    binders = tuple((f"{letter}°", size) for letter, size in letters)
    sizes = [size for _, size in binders]
    shape: tuple[str, ...] | str = "table"
    if tree.shape == () and len(sizes) <= 2:
        shape = (*sizes, "1")[:2]
    elif len(sizes) == 1 and isinstance(tree.shape, tuple) and tree.shape[1:] == ("1",):
        shape = (sizes[0], tree.shape[0])
    indices = tuple(Tree("letter", (), letter) for letter, _ in binders)
    body = Tree(tree.op, tree.children + indices, tree.detail, tree.shape, tree.span)
    return Tree("stack", (body,), ("whole", binders), shape, tree.span)


def spelled_name(base: str, marks: set[str]) -> str:
    """Return a name as notations spell it: base with accents, then its marks in order."""
    return "|".join([base, *sorted(marks)])


def shown_name(name: str) -> str:
    """Return a name as LaTeX."""
    base, *marks = name.split("|")
    base = "\\mathrm{" + base.removeprefix("\\mathrm ") + "}" if base.startswith("\\mathrm ") else base
    primes = "".join(mark for mark in marks if set(mark) == {"'"})
    rest = [
        mark if not mark.isalpha() or len(mark) == 1 else f"\\text{{{mark}}}" for mark in marks if mark != primes
    ]
    return base + primes + (f"^{{{' '.join(rest)}}}" if rest else "")
