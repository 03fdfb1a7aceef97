"""The Gaussian as an exponential family: its log density is a product of features and natural parameters.

Sources: lecture 22, slide "EM for Gaussian Mixtures, re-written in generic form" ("easy to optimize (exponential
families!)"); C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 2.4.
"""

import functools

import numpy as np

from lecture_lib.gaussian.parameters import LOG_2_PI

__all__ = ["fill", "log_heights", "n_features", "natural", "project", "unpack"]


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


def natural(means, whiteners, log_heights, covariance):
    """Return the natural parameters for the features of a kind of covariance.

    Parameters
    ----------
    means : ndarray, shape (k, d)
        mu_j.
    whiteners : ndarray, shape (k, d, d)
        L_j^-1, where Sigma_j = L_j L_j^T.
    log_heights : ndarray, shape (k,)
        As :func:`log_heights` returns them.
    covariance : {"full", "tied", "diagonal", "spherical"}
        Of this kind must the covariances be.

    Returns
    -------
    ndarray, shape (k, p)
    """
    k, d = means.shape
    eta = np.empty((k, n_features(d, covariance)))
    white = (whiteners @ means[:, :, None])[:, :, 0]
    eta[:, 0] = log_heights - 0.5 * np.vecdot(white, white)
    eta[:, 1 : d + 1] = (white[:, None, :] @ whiteners)[:, 0, :]
    if covariance == "diagonal":
        eta[:, d + 1 :] = -0.5 * np.einsum("jaa->ja", whiteners) ** 2
    elif covariance == "spherical":
        eta[:, d + 1] = -0.5 * whiteners[:, 0, 0] ** 2
    else:
        pairs, share = _pairs(d)
        precisions = whiteners.mT @ whiteners
        eta[:, d + 1 :] = share * precisions.reshape(k, -1).take(pairs, axis=1)
    return eta


@functools.cache
def _pairs(d):
    """Return where the pairs a <= b stand in a flat matrix, in the order of the features, and what each counts.

    The factor is that of -1/2 sum_ab P_ab x_a x_b, in which x_a x_b and x_b x_a are one feature.
    """
    a, b = np.triu_indices(d)
    return a * d + b, np.where(a == b, -0.5, -1.0)


def log_heights(weights, whiteners):
    """Return log pi_j + log N(mu_j; mu_j, Sigma_j), the height of each component's peak.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        pi_j.
    whiteners : ndarray, shape (k, d, d)
        L_j^-1.

    Returns
    -------
    ndarray, shape (k,)
    """
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant
        log_weights = np.log(weights)
    log_det = np.log(whiteners.diagonal(axis1=1, axis2=2)).sum(axis=1)
    return log_weights + log_det - 0.5 * whiteners.shape[1] * LOG_2_PI


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
    if covariance in ("full", "tied"):
        return products.take(_places(d), axis=1)
    matrices = np.zeros((len(products), d, d))
    np.einsum("jaa->ja", matrices)[:] = products / (d if covariance == "spherical" else 1)
    return matrices


@functools.cache
def _places(d):
    """Return where the product of each pair stands among the features, shape (d, d)."""
    a, b = np.divmod(_pairs(d)[0], d)
    places = np.empty((d, d), dtype=int)
    places[a, b] = places[b, a] = np.arange(len(a))
    return places


def project(matrices, covariance):
    """Keep of symmetric matrices what a kind of covariance has: all, the diagonal, or its average.

    Parameters
    ----------
    matrices : ndarray, shape (..., d, d)
        Symmetric.
    covariance : {"full", "tied", "diagonal", "spherical"}
        The kind.

    Returns
    -------
    ndarray, shape (..., d, d)
    """
    if covariance in ("full", "tied"):
        return matrices
    diagonal = np.einsum("...aa->...a", matrices)
    if covariance == "spherical":
        diagonal = np.broadcast_to(diagonal.mean(axis=-1, keepdims=True), diagonal.shape)
    return diagonal[..., None] * np.eye(diagonal.shape[-1])
