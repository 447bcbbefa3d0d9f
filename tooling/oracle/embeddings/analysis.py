"""Principal components, clusters, turns and de-biasing by numpy and scikit-learn, for the tests of @unfoldjs/embeddings.

python analysis.py writes packages/embeddings/src/fixtures/analysis.json."""

import json
import pathlib

import numpy as np
import sklearn
from scipy.linalg import orthogonal_procrustes
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

FIXTURES = pathlib.Path(__file__).resolve().parents[3] / "packages" / "embeddings" / "src" / "fixtures"


def rows(count, size):
    """What src/testing/pattern.ts makes: f32s by a formula."""
    at = np.arange(count * size, dtype=np.int64)
    return ((at * 7919 + at * at * 31) % 1009 / 504.5 - 1).astype(np.float32).reshape(count, size)


def pictures():
    """How well t-SNE's pictures of groups keep neighbours, by its own loss and by shares of them."""
    many = rows(400, 12) + 1.5 * rows(8, 12)[np.arange(400) % 8]
    found = {}
    for method, angle in [("barnes_hut", 0.5), ("exact", 0.5)]:
        t_sne = TSNE(2, perplexity=20, init="pca", learning_rate="auto", max_iter=1000, method=method, angle=angle, random_state=0)
        places = t_sne.fit_transform(many)
        found[method] = {
            "divergence": float(t_sne.kl_divergence_),
            "trustworthiness": float(trustworthiness(many, places, n_neighbors=10)),
        }
    few = TSNE(2, perplexity=30, init="pca", learning_rate="auto", max_iter=1000, random_state=0).fit(rows(40, 7))
    return found | {"few": {"divergence": float(few.kl_divergence_)}}


def main():
    x = rows(60, 7) * np.array([3, 1, 0.5, 2, 1, 1, 0.1], dtype=np.float32)
    pca = PCA(3).fit(x.astype(np.float64))
    start = x[[0, 20, 40]]
    clusters = KMeans(3, init=start.astype(np.float64), n_init=1, tol=0, algorithm="lloyd").fit(x.astype(np.float64))
    a, b = rows(9, 5).astype(np.float64), rows(45, 9)[:9, :5].astype(np.float64) ** 2
    unit = lambda m: m / np.linalg.norm(m, axis=1, keepdims=True)
    turn, _ = orthogonal_procrustes(unit(a), unit(b))
    directions = rows(8, 5).astype(np.float64)
    u = unit(directions)
    centred = np.concatenate([[u[i] - (u[i] + u[i + 1]) / 2, u[i + 1] - (u[i] + u[i + 1]) / 2] for i in range(0, 6, 2)])
    g = PCA(1).fit(centred).components_[0]
    g = g * np.sign(sum((u[i] - u[i + 1]) @ g for i in range(0, 6, 2)))
    y = (u[0] + u[1]) / 2
    y = y - (y @ g) * g
    z = np.sqrt(1 - y @ y) * (1 if (u[0] - u[1]) @ g > 0 else -1)
    neutral = u[7] - (u[7] @ g) * g
    expected = {
        "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "pca": {
            "components": pca.components_.tolist(),
            "explainedVariance": pca.explained_variance_.tolist(),
            "ratio": pca.explained_variance_ratio_.tolist(),
            "projected": pca.transform(x[:4]).tolist(),
        },
        "kMeans": {"centres": clusters.cluster_centers_.tolist(), "labels": clusters.labels_.tolist(), "inertia": clusters.inertia_},
        "turn": turn.tolist(),
        "tSne": pictures(),
        "bias": {
            "direction": g.tolist(),
            "direct": float(np.abs(u[6:8] @ g).mean()),
            "equalised": [(z * g + y).tolist(), (-z * g + y).tolist()],
            "neutral": (neutral / np.linalg.norm(neutral)).tolist(),
        },
    }
    (FIXTURES / "analysis.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
