r"""The model derivation: the gradient of the log-likelihood in the covariances, from its definition to (6.3).

Two identities first: the slope of a log determinant, from cofactors, and that of a quadratic form in the inverse,
from d(S S^-1) = 0. Notebook 06 shows these lines; here they are tried, and what they are measured by.
"""

from lecture_lib.derivation import Derivation
from lecture_lib.models.mixture import grad_covariances
from lecture_lib.problems import (
    COMPONENT,
    MATRIX,
    MIXTURE,
    fitted_mixture,
    random_component,
    random_matrix,
    random_mixture,
)


def log_determinant():
    volume = Derivation("the slope of a log determinant", on=random_matrix, notation=MATRIX)
    volume.line(r"\frac{\partial \log |S|}{\partial S_{ab}}")
    volume.line(
        r"\frac{1}{|S|} \frac{\partial |S|}{\partial S_{ab}}",
        because=r"chain rule: the derivative of $\log t$ is $1/t$",
    )
    volume.line(
        r"\frac{1}{|S|} \frac{\partial}{\partial S_{ab}} \sum_c S_{ac} C_{ac}",
        because="Laplace: the determinant, expanded along row $a$ with its cofactors",
    )
    volume.line(
        r"\frac{1}{|S|} \sum_c C_{ac} \frac{\partial S_{ac}}{\partial S_{ab}}",
        because="differentiate term by term; the cofactors $C_{ac}$ hold no entry of row $a$",
    )
    volume.line(
        r"\frac{1}{|S|} \sum_c C_{ac} \, \delta_{cb}",
        because="the derivative of an entry by an entry is 1 if they are the same, else 0",
    )
    volume.line(r"\frac{1}{|S|} C_{ab}", because="one term survives, $c = b$")
    volume.line(
        r"(S^{-1})_{ba}",
        because="Cramer: the inverse is the transpose of the cofactors over the determinant",
    )
    return volume


def inverse():
    product = Derivation("the differential of an inverse", on=random_matrix, notation=MATRIX)
    product.line(r"\mathrm d (S^{-1})")
    product.line(r"S^{-1} S \, \mathrm d (S^{-1})", because=r"insert $S^{-1} S = I$")
    product.line(
        r"S^{-1} \bigl( \mathrm d (S S^{-1}) - (\mathrm d S) S^{-1} \bigr)",
        because=r"product rule: $\mathrm d (S S^{-1}) = (\mathrm d S) S^{-1} + S \, \mathrm d (S^{-1})$",
    )
    product.line(
        r"-S^{-1} (\mathrm d S) S^{-1}",
        because=r"$\mathrm d (S S^{-1}) = \mathrm d I = 0$: a constant does not move",
    )
    return product


def quadratic_form():
    form = Derivation("the slope of a quadratic form in the inverse", on=random_component, notation=COMPONENT)
    form.line(r"\mathrm d (v^\top S^{-1} v)")
    form.line(r"v^\top \, \mathrm d (S^{-1}) \, v", because=r"product rule; $v$ does not move")
    form.line(
        r"-v^\top S^{-1} (\mathrm d S) S^{-1} v",
        because=r"$\mathrm d (S^{-1}) = -S^{-1} (\mathrm d S) S^{-1}$",
    )
    form.line(
        r"-\operatorname{tr}(v^\top S^{-1} (\mathrm d S) S^{-1} v)",
        because="a number is its own trace",
    )
    form.line(
        r"-\operatorname{tr}(S^{-1} v v^\top S^{-1} \, \mathrm d S)",
        because="the trace does not change when factors go round: cyclic rule",
    )
    return form


def gradient():
    stretch = Derivation("the gradient in the covariances", on=random_mixture, notation=MIXTURE, proves="6.3")
    stretch.line(r"\nabla_{\Sigma_j} L")
    stretch.line(
        r"\nabla_{\Sigma_j} \sum_i \log \sum_{j'} \pi_{j'} \mathcal N(x_i; \mu_{j'}, \Sigma_{j'})",
        because="definition of $L$",
    )
    stretch.line(
        r"\sum_i \nabla_{\Sigma_j} \log \sum_{j'} \pi_{j'} \mathcal N(x_i; \mu_{j'}, \Sigma_{j'})",
        because="differentiate the sum term by term",
    )
    stretch.line(
        r"\sum_i \frac{1}{\sum_{j'} \pi_{j'} \mathcal N(x_i; \mu_{j'}, \Sigma_{j'})}"
        r" \nabla_{\Sigma_j} \sum_{j'} \pi_{j'} \mathcal N(x_i; \mu_{j'}, \Sigma_{j'})",
        because=r"chain rule: the derivative of $\log t$ is $1/t$",
    )
    stretch.line(
        r"\sum_i \frac{1}{\sum_{j'} \pi_{j'} \mathcal N(x_i; \mu_{j'}, \Sigma_{j'})}"
        r" \pi_j \nabla_{\Sigma_j} \mathcal N(x_i; \mu_j, \Sigma_j)",
        because=r"differentiate term by term: only $j' = j$ holds $\Sigma_j$",
    )
    stretch.line(
        r"\sum_i \frac{1}{\sum_{j'} \pi_{j'} \mathcal N(x_i; \mu_{j'}, \Sigma_{j'})}"
        r" \pi_j \mathcal N(x_i; \mu_j, \Sigma_j) \nabla_{\Sigma_j} \log \mathcal N(x_i; \mu_j, \Sigma_j)",
        because=r"chain rule, read backwards: $\nabla f = f \, \nabla \log f$",
    )
    stretch.line(
        r"\sum_i r_{ij} \nabla_{\Sigma_j} \log \mathcal N(x_i; \mu_j, \Sigma_j)",
        because="equation 6.1",
    )
    stretch.line(
        r"\sum_i r_{ij} \nabla_{\Sigma_j} \Bigl( -\tfrac d2 \log(2\pi) - \tfrac12 \log |\Sigma_j|"
        r" - \tfrac12 (x_i - \mu_j)^\top \Sigma_j^{-1} (x_i - \mu_j) \Bigr)",
        because="the logarithm of the Gaussian, equation 4.1",
    )
    stretch.line(
        r"\sum_i r_{ij} \Bigl( -\tfrac12 \nabla_{\Sigma_j} \log |\Sigma_j|"
        r" - \tfrac12 \nabla_{\Sigma_j} (x_i - \mu_j)^\top \Sigma_j^{-1} (x_i - \mu_j) \Bigr)",
        because=r"differentiate term by term; the first is constant",
    )
    stretch.line(
        r"\sum_i r_{ij} \Bigl( -\tfrac12 \Sigma_j^{-1}"
        r" - \tfrac12 \nabla_{\Sigma_j} (x_i - \mu_j)^\top \Sigma_j^{-1} (x_i - \mu_j) \Bigr)",
        because=r"the derivative of a log determinant; $\Sigma_j$ is symmetric",
    )
    stretch.line(
        r"\sum_i r_{ij} \Bigl( -\tfrac12 \Sigma_j^{-1}"
        r" + \tfrac12 \Sigma_j^{-1} (x_i - \mu_j)(x_i - \mu_j)^\top \Sigma_j^{-1} \Bigr)",
        because=r"the derivative of a quadratic form in the inverse",
    )
    stretch.line(
        r"\frac12 \sum_i r_{ij} \Bigl( \Sigma_j^{-1} (x_i - \mu_j)(x_i - \mu_j)^\top \Sigma_j^{-1}"
        r" - \Sigma_j^{-1} \Bigr)",
        because=r"pull the common factor $\frac12$ out",
        code=grad_covariances,
    )
    return stretch


def root():
    rest = Derivation("where it vanishes", on=random_mixture, notation=MIXTURE, solved=fitted_mixture)
    rest.line(
        r"\tfrac12 \sum_i r_{ij} \Bigl( \Sigma_j^{-1} (x_i - \mu_j)(x_i - \mu_j)^\top \Sigma_j^{-1}"
        r" - \Sigma_j^{-1} \Bigr)",
    )
    rest.line("0", relation=r"\overset{!}{=}", because="at a maximum")
    rest.line(
        r"\sum_i r_{ij} \bigl( (x_i - \mu_j)(x_i - \mu_j)^\top - \Sigma_j \bigr) = 0",
        relation=r"\iff",
        because=r"multiply by $\Sigma_j$ from the left and from the right, and by 2",
    )
    rest.line(
        r"\sum_i r_{ij} (x_i - \mu_j)(x_i - \mu_j)^\top - \sum_i r_{ij} \Sigma_j = 0",
        relation=r"\iff",
        because="split the sum",
    )
    rest.line(
        r"\sum_i r_{ij} (x_i - \mu_j)(x_i - \mu_j)^\top - R_j \Sigma_j = 0",
        relation=r"\iff",
        because=r"pull $\Sigma_j$ out; definition of $R_j$",
    )
    rest.line(
        r"\frac{1}{R_j} \sum_i r_{ij} (x_i - \mu_j)(x_i - \mu_j)^\top - \Sigma_j = 0",
        relation=r"\iff",
        because="divide by $R_j > 0$",
    )
    return rest


ALL = (log_determinant, inverse, quadratic_form, gradient, root)
