r"""Ways through the derivations of homework set 3, and steps that do not follow, as students write them."""

import re

# the shift of a log-sum-exp

ADDED = r"\log \sum_j e^{a_j - m + m}"
SPLIT = r"\log \sum_j e^{a_j - m} e^m"
OUT = r"\log \left( e^m \sum_j e^{a_j - m} \right)"
APART = r"\log e^m + \log \sum_j e^{a_j - m}"
END = r"m + \log \sum_j e^{a_j - m}"

SHIFT = [
    [ADDED, SPLIT, OUT, APART, END],
    [SPLIT, OUT, APART, END],
    [SPLIT, OUT, END],
    [ADDED, END],
    [r"\log \sum_j e^{a_j} e^{-m} e^m", END],
    [OUT, APART, END],
    [OUT, END],
    [r"\ln \sum_j \exp(m + (a_j - m))", r"\ln \sum_j \exp(m) \exp(a_j - m)",
     r"\ln(\exp(m) \sum_j \exp(a_j - m))", END],
    [r"m - m + \log \sum_j e^{a_j}", r"m + \log e^{-m} + \log \sum_j e^{a_j}", r"m + \log(e^{-m} \sum_j e^{a_j})",
     r"m + \log \sum_j e^{-m} e^{a_j}", END],
    [r"\log \left( \frac{e^m}{e^m} \sum_j e^{a_j} \right)", r"\log \left( e^m \sum_j e^{a_j} e^{-m} \right)",
     r"\log \left( e^m \sum_j e^{a_j - m} \right)", END],
    [r"\log \sum_j e^{a_j} - m + m", r"\log \frac{\sum_j e^{a_j}}{e^m} + m",
     r"\log \sum_j \frac{e^{a_j}}{e^m} + m", END],
    [r"\log \left( e^m \frac{\sum_j e^{a_j}}{e^m} \right)", r"m + \log \frac{\sum_j e^{a_j}}{e^m}", END],
    [r"\log \sum_l e^{a_l}", r"\log \sum_l e^{a_l - m} e^m", r"\log \sum_l e^{a_l - m} + \log e^m", END],
]  # fmt: skip
SHIFT_ASTRAY = [
    [r"\log \sum_j e^{a_j - m}"],
    [r"\log \sum_j e^{a_j + m}"],
    [ADDED, r"\log \sum_j (e^{a_j - m} + e^m)"],
    [ADDED, r"\log \sum_j e^{a_j - m} e^{-m}"],
    [SPLIT, r"\log \left( e^{-m} \sum_j e^{a_j - m} \right)"],
    [SPLIT, r"\log \left( k e^m \sum_j e^{a_j - m} \right)"],
    [OUT, r"m \log \sum_j e^{a_j - m}"],
    [OUT, r"e^m + \log \sum_j e^{a_j - m}"],
    [OUT, r"-m + \log \sum_j e^{a_j - m}"],
    [OUT, APART, r"m - \log \sum_j e^{a_j - m}"],
    [OUT, APART, r"m + \log \sum_j e^{a_j + m}"],
    [OUT, APART, r"m + \sum_j (a_j - m)"],
    [r"\sum_j \log e^{a_j}"],
    [r"\sum_j a_j"],
    [r"\sum_j e^{a_j}"],
    [r"m + \log \sum_j e^{a_j}"],
    [r"\max_j a_j"],
    [OUT, r"\log e^m \log \left( \sum_j e^{a_j - m} \right)"],
]
SHIFT_JUMPS = [
    [END],
    [r"\log \sum_j e^{a_j - m} + m"],
    [r"\log \sum_j e^{a_j} + 0", END],
    [r"\log \sum_l e^{a_l}", END],
    [r"1 \cdot \log \sum_j e^{a_j}", END],
    [r"\log \sum_j e^{a_j} + 0 \cdot m", END],
    [r"m - m + \log \sum_j e^{a_j}", END],
    [r"\log \sum_j e^{a_j + 0 \cdot m}", END],
    [r"\log \sum_j e^{a_j} \cdot 1^m", END],
    [r"m^0 \cdot \log \sum_j e^{a_j}", END],
    [r"\log \sum_j \frac{e^m}{e^m} e^{a_j}", END],
    [r"\log \sum_j e^{a_j} \cdot \frac{e^{a_0 - m}}{e^{a_0 - m}}", END],
    [r"\log \sum_j e^{a_j} + \log \sum_j e^{a_j - m} - \log \sum_j e^{a_j - m}", END],
    [r"\log \left( \sum_j (e^{a_j} + e^{a_j - m}) - \sum_j e^{a_j - m} \right)", END],
    [r"m + \log e^{-m} + \log \sum_j e^{a_j}", END],
    [rf"{END} + m - m", END],
    [r"\log \left( e^m \sum_j e^{a_j} \right) - m", END],
    [r"\min(\log \sum_j e^{a_j}, m + \log \sum_j e^{a_j - m})", END],
]

# spherical and diagonal covariances: the same ways, with another density and another variance


def gradients(d, n, first, out, result):
    """Return ways, steps astray and jumps; ``n`` names the density of a component, ``out`` is its logarithm."""
    mix = rf"\sum_l \pi_l {n('l')}"
    total = rf"\sum_i {d} \log {mix}"
    chain = rf"\sum_i \frac{{{d} {mix}}}{{{mix}}}"
    inner = rf"\sum_i \frac{{\sum_l \pi_l {d} {n('l')}}}{{{mix}}}"
    one = rf"\sum_i \frac{{\pi_j {d} {n('j')}}}{{{mix}}}"
    trick = rf"\sum_i \frac{{\pi_j ({n('j')}) {d} \log {n('j')}}}{{{mix}}}"
    shares = rf"\sum_i r_{{ij}} {d} \log {n('j')}"
    full = rf"\sum_i r_{{ij}} {d} \left( {out} \right)"
    known = rf"\sum_i \sum_l r_{{il}} {d} \log(\pi_l {n('l')})"
    ratio = rf"\sum_i \frac{{1}}{{{mix}}} \pi_j {d} {n('j')}"
    ways = [
        [total, chain, one, shares, full, result],
        [total, chain, inner, one, trick, shares, full, result],
        [total, chain, trick, shares, full, result],
        [total, chain, shares, full, result],
        [total, known, shares, full, result],
        [total, known, full, result],
        [total, ratio, one, shares, full, result],
        [total, chain, one, rf"\sum_i \frac{{r_{{ij}}}}{{{n('j')}}} {d} {n('j')}", shares, full, result],
        [total, chain, one, rf"\sum_i \frac{{\pi_j {n('j')}}}{{{mix}}} {d} \left( {out} \right)", full, result],
        [total, chain, shares, full, rf"\sum_i r_{{ij}} ({first})", result],
        [first_alike(d, mix), total, chain, one, shares, full, result],
    ]
    astray = [
        [rf"\sum_i \log {d} {mix}"],
        [rf"{d} \sum_i \sum_l \log(\pi_l {n('l')})"],
        [total, rf"\sum_i \frac{{1}}{{{mix}}}"],
        [total, rf"\sum_i {d} {mix}"],
        [total, chain, rf"\sum_i \frac{{{d} {n('j')}}}{{{mix}}}"],
        [total, chain, rf"-{one}"],
        [total, chain, rf"2 {one}"],
        [total, chain, rf"\sum_i \sum_l r_{{il}} {d} \log {n('j')}"],
        [total, chain, rf"\sum_i \pi_j {d} \log {n('j')}"],
        [total, chain, rf"\sum_i {d} \log {n('j')}"],
        [total, chain, rf"\sum_i r_{{ij}} {d} {n('j')}"],
        [total, chain, shares, rf"\sum_i r_{{ij}} {d} \left( -\left( {out} \right) \right)"],
        [total, chain, shares, rf"\sum_i r_{{ij}} {d} \left( 2 \left( {out} \right) \right)"],
        [total, chain, shares, full, rf"-{result}"],
        [total, chain, shares, full, rf"2 {result}"],
        [total, chain, shares, full, rf"\frac{{1}}{{n}} {result}"],
        [total, chain, shares, full, result.replace("r_{ij}", r"\pi_j")],
        [total, chain, shares, full, re.sub(r"(2 \w_(?:j|\{ja\}))\^2", r"\1", result)],
        [total, chain, shares, full, re.sub(r"} - \\frac", r"} + \\frac", result)],
        [total, chain, shares, full, result.replace("r_{ij} ", "")],
    ]
    jumps = [
        [result],
        [shares],
        [total, result],
        [total, chain, result],
        [total, chain, shares, result],
        [chain],
        [rf"{total} + 0", result],
        [rf"{result} + {total} - {total}", result],
        [
            total,
            shares,
            rf"\sum_i r_{{ij}} {d} \left( \log {n('j')} + 0 \cdot \left( {out} \right) \right)",
            result,
        ],
        [total, shares, rf"\sum_i r_{{ij}} {d} \left( \log {n('j')} + ({out}) - ({out}) \right)", result],
        [total, shares, rf"{shares} + 0 \cdot \left( {result} \right)", result],
        [total, shares, rf"\left( {shares} \right)^1", result],
    ]
    return ways, astray, jumps


def first_alike(d, mix):
    return rf"{d} \sum_i \ln \left( {mix} \right)"


SPHERICAL = gradients(
    r"\frac{\partial}{\partial s_j}",
    lambda j: rf"\mathcal N(x_i; \mu_{j}, s_{j} I)",
    r"-\frac{d}{2} \frac{2 \pi}{2 \pi s_j} + \frac{\lVert x_i - \mu_j \rVert^2}{2 s_j^2}",
    r"-\frac{d}{2} \log(2 \pi s_j) - \frac{\lVert x_i - \mu_j \rVert^2}{2 s_j}",
    r"\sum_i r_{ij} \left( \frac{\lVert x_i - \mu_j \rVert^2}{2 s_j^2} - \frac{d}{2 s_j} \right)",
)
DIAGONAL = gradients(
    r"\frac{\partial}{\partial v_{ja}}",
    lambda j: rf"\prod_b \mathcal N(x_{{ib}}; \mu_{{{j}b}}, v_{{{j}b}})",
    r"-\frac12 \frac{2 \pi}{2 \pi v_{ja}} + \frac{(x_{ia} - \mu_{ja})^2}{2 v_{ja}^2}",
    r"-\frac12 \log(2 \pi v_{ja}) - \frac{(x_{ia} - \mu_{ja})^2}{2 v_{ja}}",
    r"\sum_i r_{ij} \left( \frac{(x_{ia} - \mu_{ja})^2}{2 v_{ja}^2} - \frac{1}{2 v_{ja}} \right)",
)

# weights with a prior

C = r"R_j + \alpha_j - 1"
ALL = r"\sum_l (R_l + \alpha_l - 1)"
SLOPE = rf"\frac{{{C}}}{{\pi_j}} + \lambda = 0"
TIMES = rf"{C} = -\lambda \pi_j"
SUMMED = rf"{ALL} = -\lambda \sum_l \pi_l"
LAMBDA = rf"\lambda = -{ALL}"
WEIGHT = rf"\pi_j = \frac{{{C}}}{{{ALL}}}"

MULTIPLIER = [
    [SLOPE, TIMES, SUMMED, LAMBDA, WEIGHT],
    [SLOPE, TIMES, LAMBDA, WEIGHT],
    [SLOPE, TIMES, rf"{ALL} = -\lambda", WEIGHT],
    [SLOPE, rf"\frac{{{C}}}{{\pi_j}} = -\lambda", TIMES, LAMBDA, WEIGHT],
    [SLOPE, rf"\pi_j = -\frac{{{C}}}{{\lambda}}", rf"1 = -\frac{{{ALL}}}{{\lambda}}", LAMBDA, WEIGHT],
    [SLOPE, rf"\pi_j = -\frac{{{C}}}{{\lambda}}", rf"\sum_l \pi_l = -\frac{{1}}{{\lambda}} {ALL}", LAMBDA, WEIGHT],
    [SLOPE, rf"{C} + \lambda \pi_j = 0", rf"{ALL} + \lambda = 0", LAMBDA, rf"{C} = \pi_j {ALL}", WEIGHT],
    [SLOPE, TIMES, rf"\sum_j ({C}) = -\lambda", WEIGHT],
    [SLOPE, TIMES, r"\sum_l R_l + \sum_l \alpha_l - k = -\lambda", WEIGHT],
    [SLOPE, rf"\frac{{{C}}}{{\pi_j}} = \frac{{R_l + \alpha_l - 1}}{{\pi_l}}",
     rf"({C}) \pi_l = (R_l + \alpha_l - 1) \pi_j", rf"{C} = \pi_j {ALL}", WEIGHT],
    [rf"\frac{{1}}{{\pi_j}} ({C}) + \lambda = 0", rf"-\lambda \pi_j = {C}", rf"-\lambda = {ALL}", WEIGHT],
    [SLOPE, rf"\pi_j = -\frac{{{C}}}{{\lambda}}", rf"\pi_j = \frac{{-({C}) / \lambda}}{{-{ALL} / \lambda}}",
     WEIGHT],
    [SLOPE, rf"\pi_j = -\frac{{{C}}}{{\lambda}}", r"\pi_j = \frac{\pi_j}{\sum_l \pi_l}",
     rf"\pi_j = \frac{{-({C}) / \lambda}}{{-\frac{{1}}{{\lambda}} {ALL}}}", WEIGHT],
    [rf"\frac{{{C}}}{{\pi_j}} = -\lambda", rf"\frac{{{C}}}{{\pi_j}} = -\lambda \sum_l \pi_l",
     rf"\frac{{{C}}}{{\pi_j}} = {ALL}", WEIGHT],
]  # fmt: skip
MULTIPLIER_ASTRAY = [
    [rf"\frac{{{C}}}{{\pi_j}} - \lambda = 0"],
    [rf"\frac{{{C}}}{{\pi_j}} = 0"],
    [rf"\frac{{{C}}}{{\pi_j}} + \lambda \pi_j = 0"],
    [r"\frac{R_j}{\pi_j} + \lambda = 0"],
    [r"\frac{R_j + \alpha_j}{\pi_j} + \lambda = 0"],
    [rf"({C}) \log \pi_j + \lambda = 0"],
    [rf"\frac{{{ALL}}}{{\pi_j}} + \lambda = 0"],
    [SLOPE, rf"{C} = \lambda \pi_j"],
    [SLOPE, rf"({C}) \pi_j = -\lambda"],
    [SLOPE, rf"\pi_j = -\frac{{\lambda}}{{{C}}}"],
    [SLOPE, TIMES, rf"\lambda = {ALL}"],
    [SLOPE, TIMES, r"\lambda = -\sum_l R_l"],
    [SLOPE, TIMES, r"\lambda = -\sum_l (R_l + \alpha_l)"],
    [SLOPE, TIMES, r"\lambda = -\left( \sum_l R_l + \sum_l \alpha_l - 1 \right)"],
    [SLOPE, TIMES, rf"{ALL} = -k \lambda"],
    [SLOPE, TIMES, LAMBDA, rf"\pi_j = -\frac{{{C}}}{{{ALL}}}"],
    [SLOPE, TIMES, LAMBDA, r"\pi_j = \frac{R_j}{\sum_l R_l}"],
    [SLOPE, TIMES, LAMBDA, rf"\pi_j = {C}"],
    [SLOPE, TIMES, LAMBDA, r"\pi_j = \frac{R_j + \alpha_j}{\sum_l (R_l + \alpha_l)}"],
    [r"\pi_j = \pi_j"],
    [r"\frac{\partial}{\partial \pi_j} \lambda = 0"],
]
MULTIPLIER_JUMPS = [
    [SLOPE, r"\sum_j \pi_j = 1", WEIGHT],
    [SLOPE, TIMES, r"\sum_j \pi_j = 1", WEIGHT],
    [SLOPE, TIMES, r"2 - \sum_l \pi_l = 1", r"\lambda \sum_j \pi_j = \lambda", WEIGHT],
    [WEIGHT],
    [TIMES],
    [LAMBDA],
    [SLOPE, WEIGHT],
    [SLOPE, LAMBDA],
    [SLOPE, rf"\frac{{{C}}}{{\pi_j}} = {ALL}", WEIGHT],
    [SLOPE, rf"\frac{{{C}}}{{\pi_j}} + \lambda + 1 = \sum_l \pi_l", LAMBDA, WEIGHT],
    [SLOPE, rf"\frac{{{C}}}{{\pi_j}} + \lambda + \sum_l \pi_l = \sum_l \pi_l", LAMBDA, WEIGHT],
    [SLOPE, rf"{C} = \pi_j {ALL}"],
    [SLOPE, rf"({C}) \pi_j^{{-1}} + \lambda = 0", rf"{ALL} = -\lambda", WEIGHT],
    [SLOPE, rf"({C}) e^{{-\log \pi_j}} + \lambda = 0", rf"{ALL} = -\lambda", WEIGHT],
    [SLOPE, TIMES, r"\lambda + \sum_l \pi_l = \lambda + 1", WEIGHT],
    [SLOPE, TIMES, r"\sum_l \pi_l - \pi_j = 1 - \pi_j", WEIGHT],
    [SLOPE, TIMES, r"2 \sum_l \pi_l = 2", WEIGHT],
    [SLOPE, rf"\pi_j + \lambda = \frac{{{C}}}{{{ALL}}} + \lambda", WEIGHT],
]

WAYS = {"shift": SHIFT, "spherical": SPHERICAL[0], "diagonal": DIAGONAL[0], "multiplier": MULTIPLIER}
ASTRAY = {
    "shift": SHIFT_ASTRAY, "spherical": SPHERICAL[1], "diagonal": DIAGONAL[1], "multiplier": MULTIPLIER_ASTRAY,
}  # fmt: skip
JUMPS = {"shift": SHIFT_JUMPS, "spherical": SPHERICAL[2], "diagonal": DIAGONAL[2], "multiplier": MULTIPLIER_JUMPS}
