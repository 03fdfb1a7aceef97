"""Small random problems, on which derivations are executed, and what their letters mean: one file a family.

A sampler takes a random generator and returns a dict; its keys are the parameter names that the functions of
:mod:`lecture_lib.models` use, so these functions can stand as ``code=`` beside a line as they are. Shapes: data
``X (n, d)``, ``means (k, d)``, ``r (n, k)``, ``weights (k,)``, ``covariances (k, d, d)``; ``theta`` is a
:class:`lecture_lib.models.mixture.MixtureParameters`.

n, d and k differ from each other and none is 1, matrices are far from symmetric or diagonal unless they must be,
and nothing has to do with anything else: else a slip of an index or a transpose would go unseen. All numbers are of
order one.
"""

from lecture_lib.problems.clusters import (
    CLUSTERS,
    FEW_CLUSTERS,
    MEANS,
    ROUND_CLUSTERS,
    SOFT_CLUSTERS,
    random_assignment,
    random_clusters,
    random_clusters_and_width,
    random_data_and_means,
    random_few_clusters,
    random_means_and_one_more,
    random_soft_clusters,
)
from lecture_lib.problems.gradients import (
    COORDINATES,
    LAGRANGE,
    SHIFTED,
    STEP,
    WEIGHTED,
    fitted_multiplier,
    random_coordinates,
    random_multiplier,
    random_step,
)
from lecture_lib.problems.latent import LATENT, random_complete_data, random_enumeration, random_few_data
from lecture_lib.problems.mixtures import (
    COMPONENT,
    MATRIX,
    MIXTURE,
    SHARES,
    fitted_mixture,
    plain_log_likelihood,
    random_component,
    random_matrix,
    random_mixture,
    random_regularised_mixture,
    random_shared_data,
    random_shares,
    random_start,
)
from lecture_lib.problems.regularised import (
    KINDS,
    PRIOR,
    SPIKE,
    UNITS,
    random_kinds,
    random_prior,
    random_spike,
    random_units,
    solved_kinds,
    solved_prior,
)

__all__ = [
    "CLUSTERS",
    "COMPONENT",
    "COORDINATES",
    "FEW_CLUSTERS",
    "KINDS",
    "LAGRANGE",
    "LATENT",
    "MATRIX",
    "MEANS",
    "MIXTURE",
    "PRIOR",
    "ROUND_CLUSTERS",
    "SHARES",
    "SHIFTED",
    "SOFT_CLUSTERS",
    "SPIKE",
    "STEP",
    "UNITS",
    "WEIGHTED",
    "fitted_mixture",
    "fitted_multiplier",
    "plain_log_likelihood",
    "random_assignment",
    "random_clusters",
    "random_clusters_and_width",
    "random_complete_data",
    "random_component",
    "random_coordinates",
    "random_data_and_means",
    "random_enumeration",
    "random_few_clusters",
    "random_few_data",
    "random_kinds",
    "random_matrix",
    "random_means_and_one_more",
    "random_mixture",
    "random_multiplier",
    "random_prior",
    "random_regularised_mixture",
    "random_shared_data",
    "random_shares",
    "random_soft_clusters",
    "random_spike",
    "random_start",
    "random_step",
    "random_units",
    "solved_kinds",
    "solved_prior",
]
