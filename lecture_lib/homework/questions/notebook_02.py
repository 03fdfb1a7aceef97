"""The questions of notebook 02, *When k-means fails*."""

from lecture_lib.homework.engine.judges import Question, choice, number

QUESTIONS = {
    "zero": Question(
        number(
            0,
            hint="what is each datum's nearest mean, if there are as many means as data?",
            mistakes={40: "that is n; J sums distances, and each of them can be made as small as you like."},
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
    "boundary": Question(
        number(
            5,
            hint="the boundary is where both squared distances are equal.",
            mistakes={
                0: "that is the centre of the wide cluster.",
                10: "that is the centre of the narrow cluster.",
                7.5: "that favours the wide cluster; k-means compares distances, and knows no widths.",
            },
        ),
        "Half way, however wide either cluster is: the wide one reaches across.",
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
        "With a shape of its own each cluster could measure distance along and across its stripe differently.",
    ),
}
