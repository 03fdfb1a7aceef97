"""Where the slides slip, the slide's form in place of the right one stops the notebook: its derivation raises."""

import json
from pathlib import Path

import matplotlib as mpl
import pytest

from lecture_lib.derivation import DerivationError

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# For each slip: the notebook, the beginnings of the code cells to run after the imports, and in the words of the
# notebook what is right and what the slide has.
SLIPS = {
    "A1, the sign of the gradient in the means": (
        "06_likelihood_gradients", ["pull = Derivation("], "grad_means", "lambda X, theta: -grad_means(X, theta)",
    ),
    "A2, the sign of the gradient in the covariances": (
        "06_likelihood_gradients", ["stretch = Derivation("],
        "grad_covariances", "lambda X, theta: -grad_covariances(X, theta)",
    ),
    "A3, the exponent without the half": (
        "08_soft_k_means", ["share = Derivation("], "np.log(weights) - beta / 2 *", "np.log(weights) - beta *",
    ),
    "A4, the conditional with the weights": (
        "09_latent_variables", ["conditional = Derivation("],
        r'r"\prod_i \mathcal N(x_i; \mu_{k_i}, \Sigma_{k_i})"',
        r'r"\prod_i \pi_{k_i} \mathcal N(x_i; \mu_{k_i}, \Sigma_{k_i})"',
    ),
    "A5, one theta for both": (
        "10_generic_em", ["def Q(", "linear = Derivation("],
        r"p(z \mid x, \theta_{\text{old}}) \log", r"p(z \mid x, \theta) \log",
    ),
}  # fmt: skip


def run(notebook, beginnings, right, instead):
    """Run the imports and some cells, with what is right replaced where it stands first."""
    cells = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    chosen = [next(source for source in sources if source.startswith(beginning)) for beginning in beginnings]
    assert any(right in source for source in chosen)
    space = {}
    with mpl.rc_context():
        exec(sources[0], space)
        for source in chosen:
            exec(source.replace(right, instead, 1), space)


@pytest.mark.parametrize("slip", SLIPS)
def test_the_form_of_the_slide_does_not_follow(slip):
    with pytest.raises(DerivationError, match="does not follow"):
        run(*SLIPS[slip])


@pytest.mark.parametrize("slip", SLIPS)
def test_the_right_form_does(slip):
    notebook, beginnings, right, _ = SLIPS[slip]
    run(notebook, beginnings, right, right)
