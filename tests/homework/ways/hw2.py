r"""Ways through the derivation of homework set 2, and steps that do not follow, as students write them."""

FIRST = r"\frac{\partial}{\partial m} \sum_i |x_i - m|"
TERMS = r"\sum_i \frac{\partial}{\partial m} |x_i - m|"
COUNTS = r"\sum_{i : x_i < m} 1 - \sum_{i : x_i > m} 1"
SIDES = r"\frac{\partial}{\partial m} \left( \sum_{i : x_i < m} (m - x_i) + \sum_{i : x_i > m} (x_i - m) \right)"
D = r"\frac{\partial}{\partial m}"
WITHIN = rf"\sum_{{i : x_i < m}} {D} (m - x_i) + \sum_{{i : x_i > m}} {D} (x_i - m)"
ONES = r"\sum_{i : x_i < m} 1 + \sum_{i : x_i > m} (-1)"
COUNTED = rf"{D} \left( l m - \sum_{{i : x_i < m}} x_i + \sum_{{i : x_i > m}} x_i - r m \right)"

WAYS = {
    "slope": [
        [TERMS, r"\sum_i \operatorname{sign}(m - x_i)", "l - r"],
        [TERMS, r"-\sum_i \operatorname{sign}(x_i - m)", "l - r"],
        [TERMS, r"\sum_i \frac{m - x_i}{|m - x_i|}", COUNTS, "l - r"],
        [TERMS, r"\sum_i \operatorname{sign}(m - x_i)", COUNTS, "l - r"],
        [TERMS, r"\sum_i ([x_i < m] - [x_i > m])", r"\sum_i [x_i < m] - \sum_i [x_i > m]", "l - r"],
        [TERMS, r"\sum_i \begin{cases} 1 & \text{if } x_i < m, \\ -1 & \text{otherwise} \end{cases}", "l - r"],
        [SIDES, WITHIN, ONES, "l - r"],
        [SIDES, WITHIN, ONES, COUNTS, "l - r"],
        [rf"{D} \sum_i \sqrt{{(x_i - m)^2}}", rf"\sum_i {D} \sqrt{{(x_i - m)^2}}",
         r"\sum_i \frac{-2 (x_i - m)}{2 \sqrt{(x_i - m)^2}}", r"\sum_i \frac{m - x_i}{|x_i - m|}", "l - r"],
        [r"\frac{\partial}{\partial m} \sum_i |m - x_i|", r"\sum_i \frac{\partial}{\partial m} |m - x_i|",
         r"\sum_i \frac{|m - x_i|}{m - x_i}", "l - r"],
        [TERMS, r"\sum_i (2 [x_i < m] - 1)", "2 l - n", "l - r"],
        [SIDES, ONES, "l - r"],
        [SIDES, COUNTED, "l - r"],
        [TERMS, r"\sum_i \operatorname{sgn}(m - x_i)", "l - r"],
        [TERMS, r"\sum_i -\operatorname{sign}(x_i - m)", "l - r"],
        [r"\sum_i \frac{d}{dm} |x_i - m|", r"\sum_i \operatorname{sign}(m - x_i)", "l - r"],
    ],
}  # fmt: skip

ASTRAY = {
    "slope": [
        [TERMS, r"\sum_i \operatorname{sign}(x_i - m)"],
        [TERMS, r"\sum_i 2 (m - x_i)"],
        [TERMS, r"\sum_i (m - x_i)"],
        [TERMS, r"\sum_i 1"],
        [TERMS, r"\sum_i |\operatorname{sign}(m - x_i)|"],
        [TERMS, r"\frac{1}{n} \sum_i \operatorname{sign}(m - x_i)"],
        [TERMS, r"2 \sum_i \operatorname{sign}(m - x_i)"],
        [TERMS, r"\sum_i \operatorname{sign}(m - x_i)", "r - l"],
        [TERMS, r"\sum_i \operatorname{sign}(m - x_i)", "l + r"],
        [TERMS, r"\sum_i \operatorname{sign}(m - x_i)", "l"],
        [TERMS, r"\sum_i \operatorname{sign}(m - x_i)", "-r"],
        [TERMS, r"\sum_i \operatorname{sign}(m - x_i)", r"\frac{l - r}{l + r}"],
        [TERMS, r"\sum_i \operatorname{sign}(m - x_i)", "2 (l - r)"],
        [SIDES, WITHIN, r"\sum_{i : x_i < m} (-1) + \sum_{i : x_i > m} 1"],
        [r"\frac{\partial}{\partial m} \sum_i (x_i - m)"],
        [r"\frac{\partial}{\partial m} \sum_i (x_i - m)^2"],
        [r"\sum_i |x_i - m|"],
        [TERMS, r"\sum_i \operatorname{sign}(m - x_0)"],
    ],
}  # fmt: skip

JUMPS = {
    "slope": [
        [r"\sum_i \operatorname{sign}(m - x_i)"],
        [COUNTS],
        [TERMS, "l - r"],
        [TERMS, r"\sum_i \frac{l - r}{l + r}", "l - r"],
        [COUNTED, "l - r"],
        [TERMS, r"l - r + \sum_i (x_i - x_i)", "l - r"],
        [TERMS, r"l - r + \sum_i x_i - n x_0 - \sum_i x_i + n x_0"],
        [r"\frac{\partial}{\partial m} ((l - r) m)"],
        [TERMS, r"(l - r) \frac{\sum_i 1}{n}"],
        [TERMS, r"l - r + 0 \cdot \sum_i \operatorname{sign}(x_i - m)", "l - r"],
        [TERMS, r"\min(l - r, l - r)", "l - r"],
        [TERMS, r"\sum_i \left( \frac{\partial}{\partial m} |x_i - m| \right)^1", "l - r"],
        [TERMS, r"\frac{\sum_i \operatorname{sign}(x_i - m)}{\sum_i \operatorname{sign}(x_i - m)} (l - r)"],
    ],
}
