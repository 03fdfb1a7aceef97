r"""Where the slides slip, the slide's form is false and the right one true, both computed from their LaTeX."""

import judged
import meanings
import pytest

from lecture_lib import problems
from lecture_lib.formulas import parse
from lecture_lib.problems import CLUSTERS, LATENT, MIXTURE

PULL = r"\sum_i r_{ij} \Sigma_j^{-1} (x_i - \mu_j)"
STRETCH = r"\frac12 \sum_i r_{ij} (\Sigma_j^{-1} (x_i - \mu_j)(x_i - \mu_j)^\top \Sigma_j^{-1} - \Sigma_j^{-1})"
SOFTLY = (
    r"r_{ij} = \frac{\pi_j e^{-HALF \lVert x_i - m_j \rVert^2}}"
    r"{\sum_{j'} \pi_{j'} e^{-HALF \lVert x_i - m_{j'} \rVert^2}}"
)
SHARES = r"r_{ij} = \frac{\pi_j \mathcal N(x_i; \mu_j, \Sigma_j)}{\sum_{j'} \pi_{j'} \mathcal N(x_i; INNER)}"

MIXTURE_MEANING = meanings.Meaning(MIXTURE, problems.random_mixture)
LATENT_MEANING = meanings.Meaning(LATENT, problems.random_enumeration)
SOFT_MEANING = meanings.Meaning(meanings.SOFT, meanings.random_soft)
CLUSTERS_MEANING = meanings.Meaning(CLUSTERS, problems.random_clusters)

SLIPS = {
    "A1": (MIXTURE_MEANING, rf"\nabla_{{\mu_j}} L = -{PULL}", rf"\nabla_{{\mu_j}} L = {PULL}"),
    "A2": (MIXTURE_MEANING, rf"\nabla_{{\Sigma_j}} L = -{STRETCH}", rf"\nabla_{{\Sigma_j}} L = {STRETCH}"),
    "A3": (SOFT_MEANING, SOFTLY.replace("HALF", r"\beta"), SOFTLY.replace("HALF", r"\frac\beta2")),
    "A4": (
        LATENT_MEANING,
        r"p(x \mid z) = \prod_i \prod_j (\pi_j \mathcal N(x_i; \mu_j, \Sigma_j))^{z_{ij}}",
        r"p(x \mid z) = \prod_i \prod_j \mathcal N(x_i; \mu_j, \Sigma_j)^{z_{ij}}",
    ),
    "A5": (
        LATENT_MEANING,
        r"\nabla_{\mu_j} L = \nabla_{\mu_j} \sum_z p(z \mid x, \theta) \log p(x, z \mid \theta)",
        r"\nabla_{\mu_j} L = \sum_z p(z \mid x, \theta) \nabla_{\mu_j} \log p(x, z \mid \theta)",
    ),
    "B1": (
        MIXTURE_MEANING,
        SHARES.replace("INNER", r"\mu_j, \Sigma_j"),
        SHARES.replace("INNER", r"\mu_{j'}, \Sigma_{j'}"),
    ),
    "B3": (
        CLUSTERS_MEANING,
        r"\sum_i \lVert x_i - m_{k_i} \rVert^2 = \sum_i \min_j \lVert x_0 - m_j \rVert^2",
        r"\sum_i \lVert x_i - m_{k_i} \rVert^2 = \sum_i \min_j \lVert x_i - m_j \rVert^2",
    ),
    "C4": (
        CLUSTERS_MEANING,
        r"\frac{\partial^2 J}{\partial m_j \partial m_l^\top} = 2 R_j I",
        r"\frac{\partial^2 J}{\partial m_j \partial m_l^\top} = 2 \delta_{jl} R_j I",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_the_form_of_the_slide_is_false_and_the_right_one_true(slip):
    meaning, wrong, right = SLIPS[slip]
    assert judged.holds(parse(wrong, meaning.notation)[0], meaning) is None
    assert judged.holds(parse(right, meaning.notation)[0], meaning) == "identity"
