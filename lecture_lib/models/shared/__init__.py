"""What several mixtures share: shares of the components, starts, and log-probabilities of counts."""
