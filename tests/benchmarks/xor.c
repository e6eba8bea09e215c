/* The tutorial's 2-4-1 network on XOR, written out for one network at a time: what `tests.benchmarks.sweep` is
   timed against. The mathematics of core/network.py, in double, with exp from the C library. Arguments: networks,
   steps. Prints the seconds that the training took, and how many networks have all four rows right. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define HIDDEN 4

static const double X[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
static const double Y[4] = {0, 1, 1, 0};

static double sigmoid(double z) { return 1 / (1 + exp(-z)); }

static double weight(void) { return (double)rand() / RAND_MAX * 2 - 1; }

static int right(double W1[2][HIDDEN], double W2[HIDDEN], long steps) {
    int rows_right = 0;
    for (long step = 0; step <= steps; step++) {
        double dW1[2][HIDDEN] = {{0}}, dW2[HIDDEN] = {0};
        rows_right = 0;
        for (int n = 0; n < 4; n++) {
            double a1[HIDDEN], z2 = 0;
            for (int j = 0; j < HIDDEN; j++) {
                a1[j] = sigmoid(X[n][0] * W1[0][j] + X[n][1] * W1[1][j]);
                z2 += a1[j] * W2[j];
            }
            double yhat = sigmoid(z2);
            rows_right += (yhat > 0.5) == (Y[n] > 0.5);
            double d_out = (yhat - Y[n]) * yhat * (1 - yhat);
            for (int j = 0; j < HIDDEN; j++) {
                double d_hid = d_out * W2[j] * a1[j] * (1 - a1[j]);
                dW2[j] += a1[j] * d_out;
                dW1[0][j] += X[n][0] * d_hid;
                dW1[1][j] += X[n][1] * d_hid;
            }
        }
        if (step == steps) break;
        for (int j = 0; j < HIDDEN; j++) {
            W2[j] -= 0.5 * dW2[j];
            W1[0][j] -= 0.5 * dW1[0][j];
            W1[1][j] -= 0.5 * dW1[1][j];
        }
    }
    return rows_right == 4;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    long networks = atol(arguments[1]), steps = atol(arguments[2]), solved = 0;
    struct timespec began, ended;
    srand(42);
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (long network = 0; network < networks; network++) {
        double W1[2][HIDDEN], W2[HIDDEN];
        for (int j = 0; j < HIDDEN; j++) W1[0][j] = weight(), W1[1][j] = weight(), W2[j] = weight();
        solved += right(W1, W2, steps);
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%.9f %ld\n", ended.tv_sec - began.tv_sec + (ended.tv_nsec - began.tv_nsec) / 1e9, solved);
    return 0;
}
