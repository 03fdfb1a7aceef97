"""The questions of notebook 02, *When k-means fails*."""

from lecture_lib.homework.engine.judges import Question, choice, number

QUESTIONS = {
    "zero": Question(
        number(
            0,
            hint="what is each datum's nearest mean, if there are as many means as data?",
            mistakes={40: "that is n; J sums squared distances, and here each of them can be made zero."},
        ),
        "Every datum is its own mean, so a small J alone recommends nothing.",
    ),
    "names": Question(
        number(
            1,
            hint="count the data that disagree: as the names stand, and with 0 and 1 swapped in one of the two.",
            mistakes={
                3: "cluster names carry no meaning. Swap 0 and 1 in the second labelling, and count again.",
                4: "there are only four data, and with swapped names most of them agree.",
                0: "no swap of names makes the two labellings equal.",
            },
        ),
        "With 0 and 1 swapped in the second labelling, only the last datum is left over.",
    ),
    "strict": Question(
        number(
            3,
            hint="where does something go that is above zero, and not only not below?",
            mistakes={
                4: "there a minimum is taken over more means; it may stay what it was.",
                2: "splitting a sum changes nothing.",
                5: "a zero is inserted there.",
                1: "that is the line that it begins with.",
            },
        ),
        "The term of a datum that lies on none of the old means is left out.",
    ),
    "insert": Question(
        choice(
            "datum 0 lies on the new mean",
            {
                "the new mean is the best one": "is it? It was put where it makes the proof short.",
                "all distances are equal": "only one distance occurs there, and it is known.",
            },
        ),
        "Its distance is 0, so nothing is added.",
    ),
    "missing": Question(
        choice(
            "a covariance for each cluster",
            {
                "a smaller k": "with k = 1 there is nothing to cut, but then nothing tells the two stripes apart.",
                "more restarts": "the cut has a lower J than the truth, so no restart will undo it.",
                "more data": "more data of the same shape are cut in the same place.",
            },
        ),
        "With a shape of its own each cluster can measure distance along and across its stripe differently.",
    ),
}
