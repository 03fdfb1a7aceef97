"""What Gaussian mixtures are computed from: parameters, kinds of covariances, moments, a prior (see README.md)."""
