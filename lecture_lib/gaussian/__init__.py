"""What Gaussian mixtures are computed from: parameters, features, moments and a prior."""
