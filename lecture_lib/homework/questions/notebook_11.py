"""The questions of notebook 11, *Large data*."""

from lecture_lib.homework.engine.judges import Question, number

QUESTIONS = {
    "union": Question(
        number(
            3,
            hint="add the sums and the counts of the two blocks, then divide.",
            mistakes={
                3.5: "that is the mean of the two means; the blocks do not hold equally many data.",
                15: "that is the sum over both blocks; divide it by how many data there are.",
                7: "that is the sum of the means; means do not add up, sums do.",
                4: "the weights are the wrong way round: the larger block counts three times.",
            },
        ),
        "(3 times 1 + 2 times 6) / 5.",
    ),
    "gap": Question(
        number(
            1,
            hint="equation 11.3: by how much can each of the two distances change?",
            mistakes={
                5: "that is the gap before the means move.",
                4: "the other means move too: the second distance may shrink.",
                2: "the own mean moves too: the first distance may grow.",
                9: "both movements shrink the bound, neither widens it.",
            },
        ),
        "7 - 2 before, less 1 and less 3.",
    ),
    "slow": Question(
        number(
            22,
            hint="0.9 to which power is below a tenth? Steps are whole.",
            mistakes={
                21: "0.9 to the 21 is 0.109, not below a tenth yet.",
                1: "0.1 is the share that is not missing; the error is multiplied by 0.9.",
                9: "the error shrinks by a factor a step, not by an equal amount.",
                10: "the error shrinks by a factor a step, not by an equal amount; and not in ten steps.",
            },
        ),
        "0.9 to the 22 is 0.098.",
    ),
    "leap": Question(
        number(
            10,
            hint="write the second step as the first times 0.9; what is v, and what is |r| / |v|?",
            mistakes={
                9: "v is the change from the first step to the second: 0.9 r - r.",
                0.1: "that is |v| / |r|; the leap is long when the steps hardly change.",
                0.9: "that is the rate itself; a is |r| / |v|.",
                1: "with a = 1 the leap is the second step itself.",
            },
        ),
        "v = -0.1 r, so |r| / |v| = 10: ten times as far.",
    ),
}
