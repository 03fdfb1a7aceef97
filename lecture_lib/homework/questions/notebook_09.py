"""The questions of notebook 09, *Latent variables*."""

from lecture_lib.homework.engine.judges import Question, choice, number, numbers

QUESTIONS = {
    "prior": Question(
        number(
            0.140625,
            hint="equation 9.1: one weight per datum, that of its component, multiplied.",
            mistakes={
                0.046875: "components are counted from 0: k = 1 has the weight 0.75.",
                0.421875: "the second datum comes from component 0.",
                1.75: "independent draws multiply.",
                0.1875: "component 1 was drawn twice.",
            },
        ),
        "0.75 times 0.25 times 0.75.",
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
                ([1 / 3, 8, 0], "that is component 1, and a single datum has no variance to estimate."),
                ([2, 1, 2 / 3], "the weight first, then mean and variance."),
            ],
            tolerance=5.1e-3,  # two decimals were asked for
        ),
        "Two data of three, at 1 and 3: their middle is 2, and both lie 1 away.",
    ),
    "pull": Question(
        choice(
            "free of j''",
            {
                "positive": "negative numbers can be pulled out of a sum, too.",
                "a probability": "any number may be pulled out of a sum in which it does not change.",
            },
        ),
        "The distributive law: what does not depend on the index is a common factor of all terms.",
    ),
    "multiplier": Question(
        number(
            -6,
            hint="sum the equation N_j = -lambda pi_j over the components.",
            mistakes={
                6: "which sign has N_j / pi_j + lambda = 0?",
                -3: "that is one of the N_j; sum over all components.",
                3: "that is the number of components, or one of the N_j; sum the equation over j.",
                -1: "the weights sum to 1; what do the N_j sum to?",
            },
        ),
        "N_j = -lambda pi_j; the N_j sum to n = 6 and the weights to 1.",
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
