"""The questions of notebook 04, *From a loss to a likelihood*."""

import math

from lecture_lib.homework.engine.judges import Question, number

QUESTIONS = {
    "rise": Question(
        number(
            1,
            hint="equation 4.3: what stands before J?",
            mistakes={
                -1: "a smaller J is more likely: mind the sign.",
                2: "that divides by sigma squared; there is a factor 2 too.",
                4: "that divides by 2; sigma squared is missing.",
                8: "J and the log-likelihood have different units: sigma squared comes in.",
                16: "J is divided by 2 sigma squared, not multiplied.",
            },
        ),
        "8 / (2 times 2 squared); the constant does not change.",
    ),
    "width": Question(
        number(
            2,
            hint="use equation 4.4: how many numbers are there in nine data in the plane?",
            mistakes={
                4: "that is its square, the variance.",
                8: "each datum has two coordinates, and this is a variance besides.",
                8**0.5: "each datum has two coordinates.",
                36: "the nine data count too, and this is a variance besides.",
                6: "the nine data count too.",
            },
        ),
        "The root of 72 / (9 times 2).",
    ),
    "hard": Question(
        number(
            -1 - math.log((1 + math.exp(-2)) / 2),
            hint="the densities are c and c / e^2, with the same c. Take the mean of the logarithms first.",
            mistakes={
                0: "that holds for a one-hot row; here either sum has two terms.",
                1 + math.log((1 + math.exp(-2)) / 2): "the mean of logarithms is the smaller: mind the sign.",
                -1.919: "that is the first of the two alone; the difference is asked for.",
                -1.485: "that is the second of the two alone; the difference is asked for.",
            },
            tolerance=2e-3,
        ),
        "-1 - log((1 + 1/e^2) / 2) = -0.434, below 0 by Jensen's inequality; for a one-hot row it is 0.",
    ),
    "onehot": Question(
        number(
            7,
            hint="put a row (1/2, 1/2) in. Up to which line do both sides still agree?",
            mistakes={
                8: "the line before already picks one density of each datum.",
                6: "there the rows have to sum to 1; shares do that, too.",
                4: "there each distance is rewritten, whatever its factor is.",
                9: "the logarithm of a product needs nothing.",
            },
        ),
        "It names the one cluster of each datum; shares have none.",
    ),
    "laplace": Question(
        number(
            1,
            hint="which m makes the sum of the absolute distances smallest?",
            mistakes={
                3: "that is the mean, the answer for a Gaussian.",
                4: "that is half way between the outermost; the one between them has a say.",
                0: "moving m from 0 towards 1 brings it nearer to two data and away from one.",
            },
        ),
        "The median: as many data on either side. The far datum pulls no harder than a near one.",
    ),
}
