r"""Ways through the derivations of homework set 4, and steps that do not follow, as students write them."""

# the M-step of the Bernoullis

TERM = r"x_{ia} \log p_{ja} + (1 - x_{ia}) \log(1 - p_{ja})"
D = r"\frac{\partial}{\partial p_{ja}}"
INSIDE = rf"\sum_i r_{{ij}} {D} \left( {TERM} \right) = 0"
SLOPE = r"\sum_i r_{ij} \left( \frac{x_{ia}}{p_{ja}} - \frac{1 - x_{ia}}{1 - p_{ja}} \right) = 0"
CLEARED = r"\sum_i r_{ij} \left( x_{ia} (1 - p_{ja}) - (1 - x_{ia}) p_{ja} \right) = 0"
PLAIN = r"\sum_i r_{ij} (x_{ia} - p_{ja}) = 0"
APART = r"\sum_i r_{ij} x_{ia} - p_{ja} \sum_i r_{ij} = 0"
SIDES = r"\sum_i r_{ij} x_{ia} = R_j p_{ja}"
SHARE = r"p_{ja} = \frac{\sum_i r_{ij} x_{ia}}{\sum_i r_{ij}}"

PROBABILITIES = [
    [INSIDE, SLOPE, CLEARED, PLAIN, APART, SIDES, SHARE],
    [INSIDE, SLOPE, CLEARED, SIDES, SHARE],
    [INSIDE, SLOPE, PLAIN, SHARE],
    [INSIDE, SLOPE, CLEARED, SHARE],
    [rf"\sum_i \sum_l r_{{il}} \sum_b {D} (x_{{ib}} \log p_{{lb}} + (1 - x_{{ib}}) \log(1 - p_{{lb}})) = 0",
     INSIDE, SLOPE, CLEARED, SHARE],
    [INSIDE, SLOPE, r"\sum_i r_{ij} \frac{x_{ia} - p_{ja}}{p_{ja} (1 - p_{ja})} = 0", PLAIN, SIDES, SHARE],
    [INSIDE, r"\frac{1}{p_{ja}} \sum_i r_{ij} x_{ia} - \frac{1}{1 - p_{ja}} \sum_i r_{ij} (1 - x_{ia}) = 0",
     r"(1 - p_{ja}) \sum_i r_{ij} x_{ia} = p_{ja} \sum_i r_{ij} (1 - x_{ia})", SIDES, SHARE],
    [INSIDE, r"\sum_i r_{ij} \frac{x_{ia}}{p_{ja}} = \sum_i r_{ij} \frac{1 - x_{ia}}{1 - p_{ja}}", CLEARED, SHARE],
    [INSIDE, SLOPE, CLEARED, r"p_{ja} = \frac{1}{R_j} \sum_i r_{ij} x_{ia}", SHARE],
    [rf"\sum_i r_{{ij}} x_{{ia}} {D} \log p_{{ja}} + \sum_i r_{{ij}} (1 - x_{{ia}}) {D} \log(1 - p_{{ja}}) = 0",
     SLOPE, CLEARED, PLAIN, SHARE],
    [INSIDE, SLOPE, r"\frac{1}{p_{ja}} - 1 = \frac{R_j}{\sum_i r_{ij} x_{ia}} - 1",
     r"\frac{1}{p_{ja}} = \frac{R_j}{\sum_i r_{ij} x_{ia}}", SHARE],
    [INSIDE, rf"-{SLOPE}".replace(r"-\sum_i r_{ij}", r"\sum_i (-r_{ij})"), CLEARED, SHARE],
    [rf"{D} \left( (\sum_i r_{{ij}} x_{{ia}}) \log p_{{ja}}"
     r" + (\sum_i r_{ij} (1 - x_{ia})) \log (1 - p_{ja}) \right) = 0",
     r"\frac{\sum_i r_{ij} x_{ia}}{p_{ja}} - \frac{\sum_i r_{ij} (1 - x_{ia})}{1 - p_{ja}} = 0", SIDES, SHARE],
]  # fmt: skip
PROBABILITIES_ASTRAY = [
    [INSIDE, SLOPE.replace(" - \\frac", " + \\frac")],
    [INSIDE, SLOPE.replace("r_{ij} ", "")],
    [INSIDE, SLOPE.replace("r_{ij}", "r_{ij}^2")],
    [INSIDE, SLOPE.replace("r_{ij}", "r_{0j}")],
    [INSIDE, r"\sum_i r_{ij} \frac{x_{ia}}{p_{ja}} = 0"],
    [INSIDE, r"\sum_i r_{ij} \left( \frac{1}{p_{ja}} - \frac{1}{1 - p_{ja}} \right) = 0"],
    [INSIDE, r"\sum_i r_{ij} \left( x_{ia} p_{ja} - (1 - x_{ia}) (1 - p_{ja}) \right) = 0"],
    [INSIDE, SLOPE, r"\sum_i r_{ij} (x_{ia} p_{ja} - (1 - x_{ia}) (1 - p_{ja})) = 0"],
    [INSIDE, SLOPE, r"\sum_i r_{ij} (x_{ia} + p_{ja}) = 0"],
    [INSIDE, SLOPE, r"\sum_i (x_{ia} - p_{ja}) = 0"],
    [INSIDE, SLOPE, CLEARED, r"\sum_i r_{ij} x_{ia} = n p_{ja}"],
    [INSIDE, SLOPE, CLEARED, r"\sum_i r_{ij} x_{ia} = p_{ja}"],
    [INSIDE, SLOPE, CLEARED, r"p_{ja} = \frac{1}{n} \sum_i r_{ij} x_{ia}"],
    [INSIDE, SLOPE, CLEARED, r"p_{ja} = \frac{\sum_i x_{ia}}{\sum_i r_{ij}}"],
    [INSIDE, SLOPE, CLEARED, r"p_{ja} = \frac{\sum_i r_{ij}}{\sum_i r_{ij} x_{ia}}"],
    [INSIDE, SLOPE, CLEARED, r"p_{ja} = -\frac{\sum_i r_{ij} x_{ia}}{R_j}"],
    [INSIDE, SLOPE, CLEARED, r"p_{ja} = \frac{\sum_i r_{ij} x_{ia} + 1}{R_j + 2}"],
    [INSIDE, SLOPE, CLEARED, r"p_{ja} = \sum_i r_{ij} x_{ia}"],
    [rf"\sum_i {D} \left( {TERM} \right) = 0"],
    [r"p_{ja} = p_{ja}"],
    [r"0 = 0"],
]
PROBABILITIES_JUMPS = [
    [rf"\sum_i \sum_l r_{{il}} {D} \sum_b (x_{{ib}} \log p_{{lb}} + (1 - x_{{ib}}) \log(1 - p_{{lb}})) = 0", SLOPE],
    [INSIDE, SLOPE, r"\frac{1}{p_{ja}} = \frac{\sum_i r_{ij}}{\sum_i r_{ij} x_{ia}}"],
    [SHARE],
    [SLOPE],
    [INSIDE, CLEARED],
    [INSIDE, SHARE],
    [INSIDE, SLOPE, SHARE],
    [INSIDE, PLAIN],
    [INSIDE, SLOPE, r"\sum_i r_{ij} (x_{ia} e^{-\log p_{ja}} - (1 - x_{ia}) e^{-\log(1 - p_{ja})}) = 0", SHARE],
    [INSIDE, SLOPE, r"\sum_i r_{ij} (x_{ia} p_{ja}^{-1} - (1 - x_{ia}) (1 - p_{ja})^{-1}) = 0", SHARE],
    [INSIDE, SLOPE, r"\sum_i r_{ij} (x_{ia} p_{ja}^{0 - 1} - (1 - x_{ia}) (1 - p_{ja})^{1 - 2}) = 0", SHARE],
    [
        INSIDE,
        SLOPE,
        r"\sum_i r_{ij} \left( \frac{x_{ia}}{\sqrt{p_{ja}^2}} - \frac{1 - x_{ia}}{1 - p_{ja}} \right) = 0",
        SHARE,
    ],
]

# the M-step of the regressions

N = r"\nabla_{c_j}"
M, B = r"\left( \sum_i r_{ij} a_i a_i^\top \right)", r"\left( \sum_i r_{ij} y_i a_i \right)"
WITHIN = rf"\sum_i r_{{ij}} {N} \left( -\frac{{(y_i - a_i^\top c_j)^2}}{{2 v_j}} \right) = 0"
GRADIENT = r"\sum_i r_{ij} \frac{(y_i - a_i^\top c_j) a_i}{v_j} = 0"
TIMES_V = r"\sum_i r_{ij} (y_i - a_i^\top c_j) a_i = 0"
SPLIT = r"\sum_i r_{ij} y_i a_i - \sum_i r_{ij} a_i a_i^\top c_j = 0"
NORMAL = r"\sum_i r_{ij} a_i a_i^\top c_j = \sum_i r_{ij} y_i a_i"
PULLED = r"\left( \sum_i r_{ij} a_i a_i^\top \right) c_j = \sum_i r_{ij} y_i a_i"
BEST = r"c_j = \left( \sum_i r_{ij} a_i a_i^\top \right)^{-1} \sum_i r_{ij} y_i a_i"

LEAST_SQUARES = [
    [WITHIN, GRADIENT, TIMES_V, NORMAL, PULLED, BEST],
    [WITHIN, GRADIENT, TIMES_V, SPLIT, NORMAL, PULLED, BEST],
    [WITHIN, GRADIENT, NORMAL, BEST],
    [WITHIN, GRADIENT, PULLED, BEST],
    [rf"\sum_i \sum_l r_{{il}} {N} \left( -\frac12 \log(2 \pi v_l)"
     r" - \frac{(y_i - a_i^\top c_l)^2}{2 v_l} \right) = 0",
     WITHIN, GRADIENT, PULLED, BEST],
    [rf"-\frac{{1}}{{2 v_j}} \sum_i r_{{ij}} {N} (y_i - a_i^\top c_j)^2 = 0",
     r"\frac{1}{v_j} \sum_i r_{ij} (y_i - a_i^\top c_j) a_i = 0", TIMES_V, PULLED, BEST],
    [WITHIN, r"\sum_i r_{ij} \frac{-2 (y_i - a_i^\top c_j) (-a_i)}{2 v_j} = 0", TIMES_V, NORMAL, BEST],
    [WITHIN, r"\frac{1}{v_j} \sum_i r_{ij} a_i (y_i - a_i^\top c_j) = 0",
     r"\sum_i r_{ij} a_i y_i = \sum_i r_{ij} a_i a_i^\top c_j", BEST],
    [WITHIN, GRADIENT, r"\sum_i r_{ij} y_i a_i = \left( \sum_i r_{ij} a_i a_i^\top \right) c_j", BEST],
    [WITHIN, GRADIENT, TIMES_V, r"\sum_i r_{ij} y_i a_i = \sum_i r_{ij} (a_i^\top c_j) a_i", PULLED, BEST],
    [rf"\sum_i r_{{ij}} {N} (y_i - a_i^\top c_j)^2 = 0", TIMES_V, PULLED, BEST],
    [WITHIN, rf"\sum_i r_{{ij}} \frac{{(y_i - a_i^\top c_j)}}{{v_j}} {N} (a_i^\top c_j) = 0", GRADIENT,
     PULLED, BEST],
    [WITHIN, rf"\sum_i r_{{ij}} (y_i - a_i^\top c_j) {N} (y_i - a_i^\top c_j) = 0", TIMES_V, PULLED, BEST],
    [WITHIN, r"\sum_i r_{ij} (y_i - a_i^\top c_j) \frac{\partial (y_i - a_i^\top c_j)}{\partial c_j} = 0", TIMES_V,
     PULLED, BEST],
    [WITHIN, rf"\sum_i r_{{ij}} (y_i - a_i^\top c_j) \left( {N} (c_j^\top a_i) \right) = 0", TIMES_V, NORMAL, BEST],
    [WITHIN, rf"\sum_i r_{{ij}} \left( -2 y_i {N} (a_i^\top c_j) + {N} (c_j^\top a_i a_i^\top c_j) \right) = 0",
     r"\sum_i r_{ij} (-2 y_i a_i + 2 a_i a_i^\top c_j) = 0", NORMAL, BEST],
    [WITHIN, rf"\sum_i \sum_l r_{{il}} \frac{{y_i - a_i^\top c_l}}{{v_l}} {N} (a_i^\top c_l) = 0", TIMES_V,
     PULLED, BEST],
    [WITHIN, GRADIENT, rf"{M} c_j - {B} = 0", BEST],
    [WITHIN, GRADIENT, rf"{M} c_j - {B} = 0", rf"c_j - {M}^{{-1}} {B} = 0", BEST],
    [WITHIN, SPLIT, rf"{B} - {M} c_j = 0", BEST],
    [WITHIN, rf"{N} \left( {B}^\top c_j - \frac12 c_j^\top {M} c_j \right) = 0", rf"{B} - {M} c_j = 0", BEST],
    [WITHIN, rf"\sum_i r_{{ij}} {N} (y_i a_i^\top c_j)"
     rf" - \frac12 \sum_i r_{{ij}} {N} (c_j^\top a_i a_i^\top c_j) = 0", SPLIT, NORMAL, BEST],
    [WITHIN, rf"\sum_i r_{{ij}} y_i {N} (a_i^\top c_j) = \sum_i r_{{ij}} a_i a_i^\top c_j", NORMAL, BEST],
]  # fmt: skip
LEAST_SQUARES_ASTRAY = [
    [WITHIN, r"\sum_i r_{ij} (y_i + a_i^\top c_j) a_i = 0"],
    [WITHIN, r"\sum_i r_{ij} (y_i - a_i^\top c_j) = 0"],
    [WITHIN, r"\sum_i (y_i - a_i^\top c_j) a_i = 0"],
    [WITHIN, r"\sum_i r_{ij}^2 (y_i - a_i^\top c_j) a_i = 0"],
    [WITHIN, r"\sum_i r_{ij} (y_i - a_i^\top c_j)^2 = 0"],
    [WITHIN, r"\sum_i r_{ij} (y_i - a_i^\top c_j) c_j = 0"],
    [WITHIN, r"\sum_i r_{0j} (y_i - a_i^\top c_j) a_i = 0"],
    [WITHIN, GRADIENT, r"\sum_i r_{ij} a_i a_i^\top c_j = -\sum_i r_{ij} y_i a_i"],
    [WITHIN, GRADIENT, r"\sum_i r_{ij} a_i^\top a_i c_j = \sum_i r_{ij} y_i a_i"],
    [WITHIN, GRADIENT, r"\sum_i a_i a_i^\top c_j = \sum_i r_{ij} y_i a_i"],
    [WITHIN, GRADIENT, r"\sum_i r_{ij} a_i a_i^\top c_j = \sum_i y_i a_i"],
    [WITHIN, GRADIENT, r"\sum_i r_{ij} a_i^\top c_j = \sum_i r_{ij} y_i"],
    [WITHIN, GRADIENT, PULLED, r"c_j = \left( \sum_i r_{ij} a_i a_i^\top \right) \sum_i r_{ij} y_i a_i"],
    [WITHIN, GRADIENT, PULLED, r"c_j = \sum_i r_{ij} y_i a_i \left( \sum_i r_{ij} a_i a_i^\top \right)^{-1}"],
    [WITHIN, GRADIENT, PULLED, r"c_j = \left( \sum_i a_i a_i^\top \right)^{-1} \sum_i r_{ij} y_i a_i"],
    [WITHIN, GRADIENT, PULLED, r"c_j = \left( \sum_i a_i a_i^\top \right)^{-1} \sum_i y_i a_i"],
    [WITHIN, GRADIENT, PULLED, r"c_j = -\left( \sum_i r_{ij} a_i a_i^\top \right)^{-1} \sum_i r_{ij} y_i a_i"],
    [WITHIN, GRADIENT, PULLED, r"c_j = \frac{\sum_i r_{ij} y_i a_i}{\sum_i r_{ij}}"],
    [r"c_j = c_j"],
    [rf"\sum_i {N} (y_i - a_i^\top c_j)^2 = 0"],
]
LEAST_SQUARES_JUMPS = [
    [BEST],
    [GRADIENT],
    [TIMES_V],
    [WITHIN, PULLED],
    [WITHIN, GRADIENT, BEST],
    [WITHIN, SPLIT, BEST],
    [WITHIN, GRADIENT, rf"c_j - {M}^{{-1}} {B} = 0", BEST],
    [WITHIN, GRADIENT, rf"{M}^{{-1}} {B} - c_j = 0", BEST],
    [WITHIN, BEST],
    [WITHIN, GRADIENT, r"c_j = c_j + \sum_i r_{ij} (y_i - a_i^\top c_j) a_i", BEST],
    [
        WITHIN,
        GRADIENT,
        rf"c_j + 0 \cdot \left( {NORMAL.partition(' = ')[0]} \right) = {BEST.partition(' = ')[2]}",
        BEST,
    ],
    [WITHIN, GRADIENT, TIMES_V, r"\left( \sum_i r_{ij} (y_i - a_i^\top c_j) a_i^\top \right)^\top = 0", BEST],
    [WITHIN, GRADIENT, r"c_j - c_j = \sum_i r_{ij} (y_i - a_i^\top c_j) a_i", BEST],
]

# the bound

WEIGHED = r"\log \sum_z q_z \frac{p_z}{q_z}"
END = r"\ge \sum_z q_z \log \frac{p_z}{q_z}"
EACH = r"\sum_z q_z \log \sum_{z'} p_{z'}"
POSTERIOR = r"\sum_z q_z \log \left( \frac{p_z}{q_z} \frac{q_z \sum_{z'} p_{z'}}{p_z} \right)"
GAP = r"\sum_z q_z \log \frac{p_z}{q_z} + \sum_z q_z \log \frac{q_z \sum_{z'} p_{z'}}{p_z}"

BOUND = [
    [WEIGHED, END],
    [r"\log \sum_z \frac{q_z}{q_z} p_z", WEIGHED, END],
    [r"\log \sum_z \frac{q_z p_z}{q_z}", END],
    [r"\log \sum_z p_z \frac{q_z}{q_z}", END],
    [r"\log \sum_z p_z q_z^{-1} q_z", END],
    [r"\log \sum_z q_z e^{\log \frac{p_z}{q_z}}", END],
    [EACH, POSTERIOR, GAP, END],
    [EACH, GAP, END],
    [
        r"\log \sum_z p_z \frac{q_z}{q_z}",
        r"\log \sum_z q_z e^{\log p_z - \log q_z}",
        r"\ge \sum_z q_z (\log p_z - \log q_z)",
        END.replace(r"\ge", "="),
    ],
    [WEIGHED, r"\ge \sum_z q_z (\log p_z - \log q_z)", END.replace(r"\ge", "=")],
    [WEIGHED, r"\ge \sum_z q_z \log p_z - \sum_z q_z \log q_z", r"= \sum_z q_z \log \frac{p_z}{q_z}"],
    [r"\sum_z q_z \log \left( \sum_{z'} p_{z'} \frac{q_z}{q_z} \right)", GAP, END],
    [WEIGHED, r"\geq \sum_z q_z \log \frac{p_z}{q_z}"],
    [r"\ln \sum_z q_z \left( \frac{p_z}{q_z} \right)", END],
]
BOUND_ASTRAY = [
    [r"\log \sum_z q_z p_z"],
    [r"\log \sum_z \frac{p_z}{q_z}"],
    [r"\sum_z q_z \log p_z"],
    [r"= \sum_z q_z \log \frac{p_z}{q_z}"],
    [WEIGHED, r"= \sum_z q_z \log \frac{p_z}{q_z}"],
    [WEIGHED, r"\le \sum_z q_z \log \frac{p_z}{q_z}"],
    [WEIGHED, r"\ge \sum_z q_z \log \frac{q_z}{p_z} + 9"],
    [WEIGHED, r"= \sum_z q_z \log q_z + \sum_z q_z \log \frac{p_z}{q_z}"],
    [WEIGHED, r"\ge \sum_z \log \frac{p_z}{q_z} + 99"],
    [WEIGHED, r"\ge \sum_z p_z \log \frac{p_z}{q_z} + 99"],
    [EACH, r"\sum_z q_z \log \frac{p_z}{q_z} - \sum_z q_z \log \frac{q_z \sum_{z'} p_{z'}}{p_z}"],
    [EACH, r"\sum_z q_z \log \frac{p_z}{q_z} + \sum_z q_z \log \frac{q_z}{p_z}"],
    [EACH, r"\sum_z q_z \log \frac{p_z}{q_z}"],
    [r"\sum_z p_z"],
    [r"\sum_z \log p_z"],
    [WEIGHED, r"\sum_z q_z \frac{p_z}{q_z}"],
    [r"\log \sum_z p_z + \sum_z q_z"],
    [r"q_0 \log \sum_z p_z"],
]
BOUND_JUMPS = [
    [END],
    [EACH, END],
    [r"\log \sum_z p_z + \log q_0 - \log q_0", END],
    [r"\log \sum_{z'} p_{z'}", END],
    [r"0 + \log \sum_z p_z", END],
    [r"\log \sum_z p_z^{q_z / q_z}", END],
    [r"\log \sum_z (p_z + 0 \cdot q_z)", END],
    [r"\log \sum_z (p_z + q_z - q_z)", END],
    [r"\log \sum_z p_z q_z^0", END],
    [r"\log \sum_z p_z e^{q_z - q_z}", END],
    [r"\log \sum_z e^{\log p_z + \log q_z - \log q_z}", END],
    [r"\log \frac{\sum_z p_z}{\sum_z q_z}", END],
    [r"\log \sum_z \frac{p_z}{\sum_{z'} q_{z'}}", END],
    [r"\log \left( \sum_z (p_z + q_z) - 1 \right)", END],
    [r"\log \left( \sum_z (p_z + q_z q_z p_z) - \sum_z q_z q_z p_z \right)", END],
    [r"\log \sum_z p_z + \sum_z q_z \log \frac{p_z}{q_z} - \sum_z q_z \log \frac{p_z}{q_z}", END],
    [r"\min(\log \sum_z p_z, \log \sum_z q_z \frac{p_z}{q_z})", END],
]

WAYS = {"probabilities": PROBABILITIES, "least_squares": LEAST_SQUARES, "bound": BOUND}
ASTRAY = {"probabilities": PROBABILITIES_ASTRAY, "least_squares": LEAST_SQUARES_ASTRAY, "bound": BOUND_ASTRAY}
JUMPS = {"probabilities": PROBABILITIES_JUMPS, "least_squares": LEAST_SQUARES_JUMPS, "bound": BOUND_JUMPS}
