"""The questions of notebook 09, *Latent variables*."""

from lecture_lib.homework.engine.judges import Question, choice, number, numbers

QUESTIONS = {
    "values": Question(
        number(
            729,
            hint="each datum chooses its component, whatever the others chose.",
            mistakes={
                18: "that counts the entries of z, not the values that it can take.",
                216: "that is six to the power three; who chooses among how many?",
                64: "that would be two components.",
                6: "that is one value a datum; each has three to choose from.",
            },
        ),
        "3 to the power 6, and three times as many with each further datum.",
    ),
    "prior": Question(
        number(
            0.140625,
            hint="equation 9.1: one weight a datum, that of its component, multiplied.",
            mistakes={
                0.046875: "components are counted from 0: k = 1 has the weight 0.75.",
                0.421875: "the second datum comes from component 0.",
                1.75: "independent draws multiply.",
                0.1875: "component 1 was drawn twice.",
            },
        ),
        "0.75 times 0.25 times 0.75.",
    ),
    "integral": Question(
        number(
            1,
            hint="what is drawn once the component is given, and what does a density integrate to?",
            mistakes={
                0.3: "that is what the joint gives; given its component, a datum must lie somewhere.",
                0.7: "no weight enters once the component is given.",
                0: "the integral runs over all places where the datum can lie.",
            },
        ),
        "A density: the weight has been conditioned away.",
    ),
    "estimate": Question(
        numbers(
            [2 / 3, 2, 1],
            hint="equation 9.6: the share of the data, their mean, their mean squared difference from it.",
            mistakes=[
                ([2 / 3, 2, 2], "that divides the squares by one datum less; the maximum divides by N."),
                ([2, 2, 1], "a weight is a share: divide N by n."),
                ([2 / 3, 2, 5], "that is the mean square; take the differences from the mean."),
                ([2 / 3, 4, 1], "the datum at 8 belongs to the other component."),
            ],
        ),
        "Two data of three, at 1 and 3: their middle is 2, and both lie 1 away.",
    ),
    "linear": Question(
        choice(
            "probabilistic pca",
            {
                "gaussian mixture": "its log joint is equation 9.3, linear in z.",
                "poisson mixture": "any mixture has a one-hot z, and a log joint that is linear in it.",
                "bernoulli mixture": "any mixture has a one-hot z, and a log joint that is linear in it, as here.",
            },
        ),
        "Its log joint is quadratic in a continuous z, so the M-step needs E[z z^T] as well.",
    ),
}
