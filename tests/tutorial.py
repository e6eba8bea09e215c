"""The classic tutorial's loop, written out again for the tests and benchmarks to compare with.

Source: "Backpropagation from scratch in NumPy", www.ainiketan.in/papers/03-backpropagation-1986.
"""

from collections.abc import Iterator

import numpy as np

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(z):
    s = sigmoid(z)
    return s * (1 - s)


def loop(iterations: int, hidden: int = 4, seed: int = 42, lr: float = 0.5) -> Iterator[tuple]:
    """(loss before the update, W1, W2) of every iteration, the weights being changed in place."""
    np.random.seed(seed)
    W1 = np.random.randn(2, hidden) * 0.5
    W2 = np.random.randn(hidden, 1) * 0.5
    for _ in range(iterations):
        z1 = X @ W1
        a1 = sigmoid(z1)
        z2 = a1 @ W2
        yhat = sigmoid(z2)
        loss = np.mean((y - yhat) ** 2)
        d_out = -(y - yhat) * sigmoid_slope(z2)
        dW2 = a1.T @ d_out
        d_hid = (d_out @ W2.T) * sigmoid_slope(z1)
        dW1 = X.T @ d_hid
        W2 -= lr * dW2
        W1 -= lr * dW1
        yield loss, W1, W2


def loop_without_hidden_layer(iterations: int, seed: int = 42, lr: float = 0.5) -> Iterator[tuple]:
    """(loss before the update, W1) of every iteration."""
    np.random.seed(seed)
    W1 = np.random.randn(2, 1) * 0.5
    for _ in range(iterations):
        z1 = X @ W1
        yhat = sigmoid(z1)
        loss = np.mean((y - yhat) ** 2)
        W1 -= lr * (X.T @ (-(y - yhat) * sigmoid_slope(z1)))
        yield loss, W1
