"""Right answers and usual mistakes for homework set 4, written as students write them."""

import numpy as np
from scipy.special import logsumexp, softmax, xlog1py, xlogy


class Bernoulli:
    """Written as the task suggests."""

    def __init__(self, X):
        self.X = X

    def log_joint(self, theta):
        weights, p = theta
        return np.log(weights) + self.X @ np.log(p).T + (1 - self.X) @ np.log(1 - p).T

    def e_step(self, theta):
        log_joint = self.log_joint(theta)
        return softmax(log_joint, axis=1), logsumexp(log_joint, axis=1).sum()

    def m_step(self, theta, r):
        R = r.sum(axis=0)
        return R / len(self.X), r.T @ self.X / R[:, None]


class BernoulliLoops:
    """Without an array operation."""

    def __init__(self, X):
        self.X = X.tolist()

    def e_step(self, theta):
        weights, p = theta
        rows, total = [], 0.0
        for x in self.X:
            logs = []
            for j in range(len(weights)):
                value = np.log(weights[j])
                for bit, chance in zip(x, p[j], strict=True):
                    value += np.log(chance if bit == 1 else 1 - chance)
                logs.append(value)
            top = max(logs)
            marginal = top + np.log(sum(np.exp(value - top) for value in logs))
            rows.append([np.exp(value - marginal) for value in logs])
            total += marginal
        return rows, total

    def m_step(self, theta, r):
        k, d = theta[1].shape
        R = [sum(row[j] for row in r) for j in range(k)]
        p = [
            [sum(row[j] * x[c] for row, x in zip(r, self.X, strict=True)) / R[j] for c in range(d)]
            for j in range(k)
        ]
        return [total / len(self.X) for total in R], p


class BernoulliXlogy(Bernoulli):
    def log_joint(self, theta):
        x = self.X[:, None]
        return np.log(theta[0]) + (xlogy(x, theta[1]) + xlog1py(1 - x, -theta[1])).sum(axis=2)


class OnesOnly(Bernoulli):
    def log_joint(self, theta):
        return np.log(theta[0]) + self.X @ np.log(theta[1]).T


class NoWeights(Bernoulli):
    def log_joint(self, theta):
        return super().log_joint((np.ones(len(theta[0])), theta[1]))


def turned(model):
    class Turned(model):
        def e_step(self, theta):
            return super().e_step(theta)[::-1]

    return Turned


def over_data(model):
    class OverData(model):
        def e_step(self, theta):
            return softmax(self.log_joint(theta), axis=0), super().e_step(theta)[1]

    return OverData


def expected(model):
    class Expected(model):
        def e_step(self, theta):
            r, _ = super().e_step(theta)
            return r, (r * self.log_joint(theta)).sum()

    return Expected


def averaged(model):
    class Averaged(model):
        def e_step(self, theta):
            r, objective = super().e_step(theta)
            return r, objective / len(r)

    return Averaged


def hard(model):
    class Hard(model):
        def e_step(self, theta):
            r, objective = super().e_step(theta)
            return 1.0 * (r == r.max(axis=1, keepdims=True)), objective

    return Hard


def joint_only(model):
    class JointOnly(model):
        def e_step(self, theta):
            return np.exp(self.log_joint(theta)), super().e_step(theta)[1]

    return JointOnly


def changed(model, change):
    class Changed(model):
        def m_step(self, theta, r):
            return change(self, theta, r, *super().m_step(theta, r))

    return Changed


class ByProducts(Bernoulli):
    def e_step(self, theta):
        weights, p = theta
        joint = np.array(
            [[w * np.prod(np.where(x == 1, q, 1 - q)) for w, q in zip(weights, p, strict=True)] for x in self.X]
        )
        return joint / joint.sum(axis=1, keepdims=True), np.log(joint.sum(axis=1)).sum()


class Regressions:
    """Written as the task suggests."""

    def __init__(self, A, y):
        self.A, self.y = A, y

    def log_joint(self, theta):
        weights, lines, variances = theta
        return (
            np.log(weights)
            - np.log(2 * np.pi * variances) / 2
            - (self.y[:, None] - self.A @ lines.T) ** 2 / variances / 2
        )

    def e_step(self, theta):
        log_joint = self.log_joint(theta)
        return softmax(log_joint, axis=1), logsumexp(log_joint, axis=1).sum()

    def line(self, share):
        root = np.sqrt(share)
        return np.linalg.lstsq(self.A * root[:, None], self.y * root, rcond=None)[0]

    def m_step(self, theta, r):
        lines = np.array([self.line(share) for share in r.T])
        squares = (self.y[:, None] - self.A @ lines.T) ** 2
        return r.mean(axis=0), lines, (r * squares).sum(axis=0) / r.sum(axis=0)


class RegressionsNormal(Regressions):
    def line(self, share):
        W = np.diag(share)
        return np.linalg.inv(self.A.T @ W @ self.A) @ self.A.T @ W @ self.y


class RegressionsLoops(Regressions):
    def line(self, share):
        p = self.A.shape[1]
        G, b = np.zeros((p, p)), np.zeros(p)
        for a, y, s in zip(self.A, self.y, share, strict=True):
            G += s * np.outer(a, a)
            b += s * y * a
        return np.linalg.solve(G, b)


class Unweighted(Regressions):
    def line(self, share):
        return np.linalg.lstsq(self.A, self.y, rcond=None)[0]


class Squared(Regressions):
    def line(self, share):
        return np.linalg.lstsq(self.A * share[:, None], self.y * share, rcond=None)[0]


class NoFront(Regressions):
    def log_joint(self, theta):
        weights, lines, variances = theta
        return np.log(weights) - (self.y[:, None] - self.A @ lines.T) ** 2 / (2 * variances)


class NoLineWeights(Regressions):
    def log_joint(self, theta):
        return super().log_joint((np.ones(len(theta[0])), *theta[1:]))


class Underflows(Regressions):
    def e_step(self, theta):
        joint = np.exp(self.log_joint(theta))
        return joint / joint.sum(axis=1, keepdims=True), np.log(joint.sum(axis=1)).sum()


def m_step(x, r):
    R = r.sum(axis=0)
    means = r.T @ x / R
    return R / len(x), means, (r * (x[:, None] - means) ** 2).sum(axis=0) / R


def m_step_average(x, r):
    k = r.shape[1]
    means = np.array([np.average(x, weights=r[:, j]) for j in range(k)])
    return r.mean(axis=0), means, [np.average((x - means[j]) ** 2, weights=r[:, j]) for j in range(k)]


def m_step_moments(x, r):
    weights = r.sum(axis=0) / len(x)
    means = (r.T @ x) / (len(x) * weights)
    return weights, means, (r.T @ x**2) / r.sum(axis=0) - means**2


def part(number, change):
    def wrong(x, r):
        parts = list(m_step(x, r))
        parts[number] = change(x, r, parts)
        return tuple(parts)

    return wrong


def half_repaired(x, r):
    R = r.sum(axis=0)
    means = r.T @ x / (len(x) / r.shape[1])
    return R / len(x), means, (r * (x[:, None] - means) ** 2).sum(axis=0) / R


def clipped_before(c):
    class Clips(Bernoulli):
        def e_step(self, theta):
            return super().e_step((theta[0], np.clip(theta[1], c, 1 - c)))

    return Clips


def floored_before(c):
    class Floors(Regressions):
        def e_step(self, theta):
            return super().e_step((*theta[:2], np.maximum(theta[2], c)))

    return Floors


def wrong_density(front, exponent):
    class Wrong(Regressions):
        def e_step(self, theta):
            weights, lines, variances = theta
            squared = (self.y[:, None] - self.A @ lines.T) ** 2
            log_joint = np.log(weights) - front * np.log(2 * np.pi * variances) - exponent * squared / variances
            return softmax(log_joint, axis=1), logsumexp(log_joint, axis=1).sum()

    return Wrong


def bits(model):
    class InBits(model):
        def e_step(self, theta):
            r, objective = super().e_step(theta)
            return r, objective / np.log(2)

    return InBits


def logarithms(model):
    class Logs(model):
        def e_step(self, theta):
            r, objective = super().e_step(theta)
            return np.log(r), objective

    return Logs


class PlusTiny(Bernoulli):
    def e_step(self, theta):
        density = np.array([[np.prod(np.where(x == 1, p, 1 - p)) for p in theta[1]] for x in self.X]) + 1e-300
        joint = theta[0] * density
        return joint / joint.sum(axis=1, keepdims=True), np.log(joint.sum(axis=1)).sum()


DATA, CENTRES = np.array([-1.0, 1.0, 2.0]), np.array([0.0, -1.0])


def shares(centres=CENTRES, half=0.5):
    return softmax(-half * (DATA[:, None] - centres) ** 2, axis=1)[:, 1]


def by_hand():
    """Raise each share in turn, as long as the bound rises, in steps that a mouse can make."""
    q = np.full(3, 0.5)
    for i, x in enumerate(DATA):
        tries = np.linspace(0.005, 0.995, 199)
        gain = tries * (-0.5 * (x + 1) ** 2 - np.log(tries)) + (1 - tries) * (-0.5 * x**2 - np.log(1 - tries))
        q[i] = tries[gain.argmax()]
    return q


def densities():
    return np.exp(-0.5 * (DATA + 1) ** 2) / np.sqrt(2 * np.pi)


RIGHT = {
    "bernoulli": [Bernoulli, BernoulliLoops, BernoulliXlogy],
    "regressions": [Regressions, RegressionsNormal, RegressionsLoops],
    "bug": ["F", "f", " F. "],
    "repair": [m_step, m_step_average, m_step_moments, lambda x, r: list(m_step(x, r))],
    "touch": [shares(), by_hand(), {"q": shares().round(2).tolist()}, tuple(shares())],
}

WRONG = {
    "bernoulli": [
        OnesOnly, NoWeights, turned(Bernoulli), over_data(Bernoulli), expected(Bernoulli), averaged(Bernoulli),
        hard(Bernoulli), joint_only(Bernoulli), ByProducts,
        changed(Bernoulli, lambda self, theta, r, w, p: (p, w)),
        changed(Bernoulli, lambda self, theta, r, w, p: (r.sum(axis=0), p)),
        changed(Bernoulli, lambda self, theta, r, w, p: (theta[0], p)),
        changed(Bernoulli, lambda self, theta, r, w, p: (w, r.T @ self.X)),
        changed(Bernoulli, lambda self, theta, r, w, p: (w, r.T @ self.X / len(self.X))),
        changed(Bernoulli, lambda self, theta, r, w, p: (w, (r.T @ self.X + 1) / (r.sum(axis=0)[:, None] + 2))),
        Bernoulli(np.eye(2)), bits(Bernoulli), logarithms(Bernoulli), PlusTiny,
        changed(Bernoulli, lambda self, theta, r, w, p: (w, np.clip(p, 0.01, 0.99))),
        changed(Bernoulli, lambda self, theta, r, w, p: (w, r.T @ self.X / (len(self.X) * theta[0][:, None]))),
    ],
    "regressions": [
        Unweighted, Squared, NoFront, NoLineWeights, Underflows, turned(Regressions), over_data(Regressions),
        expected(Regressions), averaged(Regressions),
        changed(Regressions, lambda self, theta, r, w, c, v: (w, c, np.sqrt(v))),
        changed(Regressions, lambda self, theta, r, w, c, v: (w, c, v * w)),
        changed(Regressions, lambda self, theta, r, w, c, v: (w, c, v * r.sum(axis=0))),
        changed(Regressions, lambda self, theta, r, w, c, v: (theta[0], c, v)),
        changed(Regressions, lambda self, theta, r, w, c, v: (
            w, c, (r * (self.y[:, None] - self.A @ theta[1].T) ** 2).sum(axis=0) / r.sum(axis=0))),
        changed(Regressions, lambda self, theta, r, w, c, v: (w, c, np.full_like(v, v @ w))),
        changed(Regressions, lambda self, theta, r, w, c, v: (w, c, np.maximum(v, 0.01))),
        changed(Regressions, lambda self, theta, r, w, c, v: (w, c, v * r.sum(axis=0) / (r.sum(axis=0) - 1))),
        changed(Regressions, lambda self, theta, r, w, c, v: Regressions(self.A, self.y).m_step(
            theta, np.eye(len(w))[r.argmax(axis=1)] + 0.0)),
        changed(Regressions, lambda self, theta, r, w, c, v: Regressions(self.A, self.y).m_step(
            theta, self.e_step(theta)[0])),
        wrong_density(1.0, 0.5), wrong_density(0.5, 1.0), wrong_density(0.5, -0.5),
    ],
    "bug": ["A", "B", "C", "D", "E", "G", "H", "X"],
    "repair": [
        half_repaired,
        part(0, lambda x, r, p: r.sum(axis=0)),
        part(0, lambda x, r, p: p[0] * 0 + 1 / len(p[0])),
        part(1, lambda x, r, p: r.T @ x),
        part(1, lambda x, r, p: r.T @ x / len(x)),
        part(2, lambda x, r, p: np.sqrt(p[2])),
        part(2, lambda x, r, p: (r.T @ (x - x.mean()) ** 2) / r.sum(axis=0)),
        part(2, lambda x, r, p: p[2] * r.sum(axis=0)),
        part(2, lambda x, r, p: ((x[:, None] - p[1]) ** 2).mean(axis=0)),
        part(2, lambda x, r, p: p[2] * r.sum(axis=0) / (r.sum(axis=0) - 1)),
        part(2, lambda x, r, p: np.maximum(p[2], 0.01)),
        lambda x, r: m_step(x, np.eye(r.shape[1])[r.argmax(axis=1)]),
        lambda x, r: tuple(np.array(m_step(x, r))[[0, 2, 1]]),
        lambda x, r: m_step(x, r)[1:],
        lambda x, r: (m_step(x, r)[1], m_step(x, r)[0], m_step(x, r)[2]),
    ],
    "touch": [
        np.full(3, 0.5), shares().round(), 1 - shares(), shares()[::-1], densities(), densities() / 2,
        shares() / shares().sum(), shares() / (1 - shares()), np.log(shares()), shares(half=1),
        shares(centres=-CENTRES), shares() + np.array([0.1, 0, 0]), shares() + np.array([0, 0, 0.1]),
        [0.5, 0.2, 1.3],
        np.c_[1 - shares(), shares()], shares()[:2], [0.6, 0.2, np.nan],
    ],
}  # fmt: skip

# Wrong in the same way as others, and told so in the same words.
ALSO_WRONG = {
    "bernoulli": [
        *map(clipped_before, (0.001, 0.02, 0.1, 0.004)),
        changed(Bernoulli, lambda self, theta, r, w, p: (w, np.clip(p, 0.001, 0.999))),
    ],
    "regressions": [
        *map(floored_before, (0.01, 0.1, 0.03)),
        changed(Regressions, lambda self, theta, r, w, c, v: (w, c, np.maximum(v, 0.001))),
    ],
    "repair": [part(2, lambda x, r, p: np.maximum(p[2], 0.005))],
}
