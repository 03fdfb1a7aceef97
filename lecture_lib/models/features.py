"""The Gaussian as an exponential family: its log density is a product of features and natural parameters.

Sources: lecture 22, slide "EM for Gaussian Mixtures, re-written in generic form" ("easy to optimize (exponential
families!)"); C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 2.4.
"""

import numpy as np

from lecture_lib import validation
from lecture_lib.models.mixture import LOG_2_PI, checked_theta

__all__ = ["features", "fill", "n_features", "natural", "natural_parameters", "unpack"]


def features(X):
    """Return phi(x) = (1, x, x_a x_b for a <= b) of every datum, one column a datum.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.

    Returns
    -------
    ndarray, shape (p, n)
        p = 1 + d + d (d + 1) / 2; the products in the order (1, 1), (1, 2), ..., (1, d), (2, 2), ...

    Raises
    ------
    ValueError
        When ``X`` is not finite, not two-dimensional, or empty.

    Notes
    -----
    Source: Bishop 2006, section 2.4.
    """
    X = validation.data(X)
    phi = np.empty((n_features(X.shape[1], "full"), len(X)))
    fill(phi, X.T, "full")
    return phi


def natural_parameters(theta):
    """Return eta, for which log pi_j N(x; mu_j, Sigma_j) = eta_j . phi(x).

    Parameters
    ----------
    theta : MixtureParameters
        In the units of the data.

    Returns
    -------
    ndarray, shape (k, p)
        One row a component, in the order of :func:`features`; -inf first for a component of weight 0.

    Raises
    ------
    ValueError
        When ``theta`` is no MixtureParameters.

    Notes
    -----
    Source: Bishop 2006, section 2.4.
    """
    theta = checked_theta(theta)
    inverse_factors = np.linalg.inv(np.linalg.cholesky(theta.covariances))
    return natural(theta.weights, theta.means, inverse_factors, "full")


def n_features(d, covariance):
    """Return p, the number of features that a kind of covariance needs.

    Parameters
    ----------
    d : int
        Number of dimensions.
    covariance : {"full", "tied", "diagonal", "spherical"}
        Diagonal ones need the squares only, spherical ones the sum of the squares only.

    Returns
    -------
    int
    """
    return 1 + d + {"diagonal": d, "spherical": 1}.get(covariance, d * (d + 1) // 2)


def fill(phi, columns, covariance):
    """Write the features of data into an array.

    Parameters
    ----------
    phi : ndarray, shape (p, n)
        Where to.
    columns : ndarray, shape (d, n)
        Data, one column a datum; may be ``phi[1:d + 1]`` itself.
    covariance : {"full", "tied", "diagonal", "spherical"}
        Which products are needed.
    """
    d = len(columns)
    phi[0] = 1
    x = phi[1 : d + 1]
    if columns is not x:
        x[:] = columns
    if covariance == "diagonal":
        np.multiply(x, x, out=phi[d + 1 :])
    elif covariance == "spherical":
        np.einsum("dn,dn->n", x, x, out=phi[d + 1])
    else:
        start = d + 1
        for a in range(d):
            np.multiply(x[a], x[a:], out=phi[start : start + d - a])
            start += d - a


def natural(weights, means, inverse_factors, covariance):
    """Return the natural parameters for the features of a kind of covariance.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        pi_j.
    means : ndarray, shape (k, d)
        mu_j.
    inverse_factors : ndarray, shape (k, d, d)
        L_j^-1, where Sigma_j = L_j L_j^T.
    covariance : {"full", "tied", "diagonal", "spherical"}
        Of this kind must the covariances be.

    Returns
    -------
    ndarray, shape (k, p)
    """
    k, d = means.shape
    precisions = inverse_factors.mT @ inverse_factors
    eta = np.empty((k, n_features(d, covariance)))
    eta[:, 0] = log_heights(weights, inverse_factors)
    white = np.einsum("jab,jb->ja", inverse_factors, means)
    eta[:, 0] -= 0.5 * np.einsum("ja,ja->j", white, white)
    eta[:, 1 : d + 1] = np.einsum("jba,jb->ja", inverse_factors, white)
    if covariance == "diagonal":
        eta[:, d + 1 :] = -0.5 * np.einsum("jaa->ja", precisions)
    elif covariance == "spherical":
        eta[:, d + 1] = -0.5 * precisions[:, 0, 0]
    else:
        a, b = np.triu_indices(d)  # x_a x_b and x_b x_a are one feature
        eta[:, d + 1 :] = np.where(a == b, -0.5, -1.0) * precisions[:, a, b]
    return eta


def log_heights(weights, inverse_factors):
    """Return log pi_j + log N(mu_j; mu_j, Sigma_j), the height of each component's peak.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        pi_j.
    inverse_factors : ndarray, shape (k, d, d)
        L_j^-1.

    Returns
    -------
    ndarray, shape (k,)
    """
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant
        log_weights = np.log(weights)
    log_det = np.log(np.einsum("jaa->ja", inverse_factors)).sum(axis=1)
    return log_weights + log_det - 0.5 * inverse_factors.shape[1] * LOG_2_PI


def unpack(products, d, covariance):
    """Write products x_a x_b, in the order of the features, as symmetric matrices.

    Parameters
    ----------
    products : ndarray, shape (k, p - 1 - d)
        One row a component.
    d : int
        Number of dimensions.
    covariance : {"full", "tied", "diagonal", "spherical"}
        Which products there are; the others count as 0, and spherical ones are spread over the diagonal.

    Returns
    -------
    ndarray, shape (k, d, d)
    """
    matrices = np.zeros((len(products), d, d))
    if covariance in ("diagonal", "spherical"):
        share = d if covariance == "spherical" else 1
        np.einsum("jaa->ja", matrices)[:] = products / share
    else:
        a, b = np.triu_indices(d)
        matrices[:, a, b] = products
        matrices[:, b, a] = products
    return matrices
