package io.longwave.ssm.online;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Linear readout w of a {@link LegendreMemory} that predicts the next change of its signal, learned by recursive least squares with forgetting.
 * Weights of zero mean "the value stays", which is what a new series gets.
 */
final class Readout {
    /** Features: 1, distance from the window's mean, distance from the slow level, three changes, Legendre coefficients 1 to 5. */
    static final int FEATURES = 6 + LegendreMemory.ORDER - 1;
    private static final int PACKED = FEATURES * (FEATURES + 1) / 2;
    static final int BYTES = 8 * (FEATURES + PACKED);

    private static final double FORGETTING = 0.999;
    private static final double PRIOR_COVARIANCE = 4;
    private static final double LARGEST_COVARIANCE = 1e4;

    private final double[] weights = new double[FEATURES];
    // upper triangle of the covariance P, row by row
    private final double[] covariance = new double[PACKED];
    // features and P times features of the sample at hand; no part of the state
    private final double[] scratch = new double[2 * FEATURES];

    Readout() {
        resetCovariance();
    }

    Readout copy() {
        Readout copy = new Readout();
        System.arraycopy(weights, 0, copy.weights, 0, FEATURES);
        System.arraycopy(covariance, 0, copy.covariance, 0, PACKED);
        return copy;
    }

    /** Expected change of the signal in the next step. */
    double predict(LegendreMemory memory, double level) {
        double r0 = memory.lag(0);
        double r1 = memory.lag(1);
        double r2 = memory.lag(2);
        double r3 = memory.lag(3);
        double sum = weights[0];
        sum = Math.fma(weights[1], r0 - memory.coefficient(0), sum);
        sum = Math.fma(weights[2], r0 - level, sum);
        sum = Math.fma(weights[3], r0 - r1, sum);
        sum = Math.fma(weights[4], r1 - r2, sum);
        sum = Math.fma(weights[5], r2 - r3, sum);
        for (int i = 1; i < LegendreMemory.ORDER; i++) {
            sum = Math.fma(weights[5 + i], memory.coefficient(i), sum);
        }
        return sum;
    }

    /**
     * One step of recursive least squares.
     *
     * @param error observed change minus {@link #predict}, already made harmless by the caller
     */
    void learn(LegendreMemory memory, double level, double error) {
        double r0 = memory.lag(0);
        double r1 = memory.lag(1);
        double r2 = memory.lag(2);
        scratch[0] = 1;
        scratch[1] = r0 - memory.coefficient(0);
        scratch[2] = r0 - level;
        scratch[3] = r0 - r1;
        scratch[4] = r1 - r2;
        scratch[5] = r2 - memory.lag(3);
        for (int i = 1; i < LegendreMemory.ORDER; i++) {
            scratch[5 + i] = memory.coefficient(i);
        }
        double innovation = FORGETTING;
        for (int i = 0; i < FEATURES; i++) {
            double product = 0;
            for (int j = 0; j < i; j++) {
                product = Math.fma(covariance[packed(j, i)], scratch[j], product);
            }
            int row = packed(i, i) - i;
            for (int j = i; j < FEATURES; j++) {
                product = Math.fma(covariance[row + j], scratch[j], product);
            }
            scratch[FEATURES + i] = product;
            innovation = Math.fma(product, scratch[i], innovation);
        }
        if (!(innovation >= FORGETTING && innovation < 1e30)) {
            resetCovariance();
            return;
        }
        double gain = error / innovation;
        double largest = 0;
        for (int i = 0; i < FEATURES; i++) {
            weights[i] = Math.fma(gain, scratch[FEATURES + i], weights[i]);
            largest = Math.max(largest, covariance[packed(i, i)]);
        }
        // A direction that the data no longer excite would grow without bound by forgetting: then nothing is forgotten for a while.
        double inflate = largest > LARGEST_COVARIANCE ? 1 : 1 / FORGETTING;
        int k = 0;
        for (int i = 0; i < FEATURES; i++) {
            double share = scratch[FEATURES + i] / innovation;
            for (int j = i; j < FEATURES; j++) {
                covariance[k] = Math.fma(-share, scratch[FEATURES + j], covariance[k]) * inflate;
                k++;
            }
            if (!(covariance[packed(i, i)] > 0)) {
                resetCovariance();
                return;
            }
        }
    }

    /** Follows a change of unit: the signal becomes factor times as large. Only the constant feature does not follow. */
    void rescale(double factor) {
        weights[0] *= factor;
        for (int i = 0; i < FEATURES; i++) {
            for (int j = i; j < FEATURES; j++) {
                covariance[packed(i, j)] /= (i == 0 ? 1 : factor) * (j == 0 ? 1 : factor);
            }
        }
        double largest = 0;
        for (int i = 0; i < FEATURES; i++) {
            largest = Math.max(largest, covariance[packed(i, i)]);
        }
        if (!(largest < LARGEST_COVARIANCE)) {
            resetCovariance();
        }
    }

    private void resetCovariance() {
        int k = 0;
        for (int i = 0; i < FEATURES; i++) {
            for (int j = i; j < FEATURES; j++) {
                covariance[k++] = i == j ? PRIOR_COVARIANCE : 0;
            }
        }
        for (double weight : weights) {
            if (!(Math.abs(weight) < 1e6)) {
                Arrays.fill(weights, 0);
                return;
            }
        }
    }

    private static int packed(int row, int column) {
        return row * FEATURES - row * (row - 1) / 2 + column - row;
    }

    void write(ByteBuffer out) {
        for (double weight : weights) {
            out.putDouble(weight);
        }
        for (double entry : covariance) {
            out.putDouble(entry);
        }
    }

    void read(ByteBuffer in) {
        for (int i = 0; i < FEATURES; i++) {
            weights[i] = in.getDouble();
        }
        for (int i = 0; i < PACKED; i++) {
            covariance[i] = in.getDouble();
        }
    }
}
