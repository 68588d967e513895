package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.Pointwise.Function;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Loops of {@link Function} and its slope over stretches of arrays. Vectors while they last, then single numbers with the same bits. */
final class FunctionLoops {
    private static final VectorSpecies<Float> LANES = SimdExp.LANES;
    private static final int WIDTH = SimdExp.WIDTH;

    private FunctionLoops() {}

    /**
     * y = f(x).
     *
     * @param padded scratch of {@code n} and one vector more
     */
    static void values(Function function, float[] x, int xAt, float[] y, int yAt, int n, float[] padded) {
        switch (function) {
            case IDENTITY -> System.arraycopy(x, xAt, y, yAt, n);
            case RELU -> relu(x, xAt, y, yAt, n);
            case GELU -> {
                SimdGelu.values(padded, 0, pad(x, xAt, n, padded));
                System.arraycopy(padded, 0, y, yAt, n);
            }
            case SILU -> silu(x, xAt, y, yAt, n);
            case SIGMOID -> sigmoid(x, xAt, y, yAt, n);
            case SOFTPLUS -> softplus(x, xAt, y, yAt, n);
            case TANH -> tanh(x, xAt, y, yAt, n);
            case EXP -> exp(x, xAt, y, yAt, n);
        }
    }

    /**
     * slopes = f′(x).
     *
     * @param slopes [n] and one vector more
     * @param padded scratch of {@code n} and one vector more
     */
    static void slopes(Function function, float[] x, int xAt, float[] slopes, int n, float[] padded) {
        switch (function) {
            case IDENTITY -> Arrays.fill(slopes, 0, n, 1);
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    slopes[i] = x[xAt + i] > 0 ? 1 : 0;
                }
            }
            case GELU -> SimdGelu.valuesAndSlopes(padded, slopes, 0, pad(x, xAt, n, padded));
            case SILU -> {
                sigmoid(x, xAt, slopes, 0, n);
                for (int i = 0; i < n; i++) {
                    float s = slopes[i];
                    slopes[i] = s * (1 + x[xAt + i] * (1 - s));
                }
            }
            case SIGMOID -> {
                sigmoid(x, xAt, slopes, 0, n);
                for (int i = 0; i < n; i++) {
                    slopes[i] *= 1 - slopes[i];
                }
            }
            case SOFTPLUS -> sigmoid(x, xAt, slopes, 0, n);
            case TANH -> {
                tanh(x, xAt, slopes, 0, n);
                for (int i = 0; i < n; i++) {
                    slopes[i] = 1 - slopes[i] * slopes[i];
                }
            }
            case EXP -> exp(x, xAt, slopes, 0, n);
        }
    }

    /** Copies and fills up with zeros to whole vectors; returns how many numbers that makes. */
    private static int pad(float[] x, int at, int n, float[] padded) {
        int size = (n + WIDTH - 1) / WIDTH * WIDTH;
        System.arraycopy(x, at, padded, 0, n);
        Arrays.fill(padded, n, size, 0);
        return size;
    }

    private static void relu(float[] x, int xAt, float[] y, int yAt, int n) {
        for (int i = 0; i < n; i++) {
            y[yAt + i] = Math.max(x[xAt + i], 0);
        }
    }

    private static void exp(float[] x, int xAt, float[] y, int yAt, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            SimdExp.exp(FloatVector.fromArray(LANES, x, xAt + i)).intoArray(y, yAt + i);
        }
        for (int i = bound; i < n; i++) {
            y[yAt + i] = SimdExp.exp(x[xAt + i]);
        }
    }

    static void sigmoid(float[] x, int xAt, float[] y, int yAt, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            SimdExp.sigmoid(FloatVector.fromArray(LANES, x, xAt + i)).intoArray(y, yAt + i);
        }
        for (int i = bound; i < n; i++) {
            y[yAt + i] = SimdExp.sigmoid(x[xAt + i]);
        }
    }

    private static void silu(float[] x, int xAt, float[] y, int yAt, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector v = FloatVector.fromArray(LANES, x, xAt + i);
            SimdExp.sigmoid(v).mul(v).intoArray(y, yAt + i);
        }
        for (int i = bound; i < n; i++) {
            y[yAt + i] = SimdExp.sigmoid(x[xAt + i]) * x[xAt + i];
        }
    }

    private static void softplus(float[] x, int xAt, float[] y, int yAt, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            SimdExp.softplus(FloatVector.fromArray(LANES, x, xAt + i)).intoArray(y, yAt + i);
        }
        for (int i = bound; i < n; i++) {
            y[yAt + i] = SimdExp.softplus(x[xAt + i]);
        }
    }

    /** (1 − e) / (1 + e) with e = e^(−2|x|) and the sign of x: error 1e-7 of the largest value, not of the smallest. */
    private static void tanh(float[] x, int xAt, float[] y, int yAt, int n) {
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector v = FloatVector.fromArray(LANES, x, xAt + i);
            FloatVector e = SimdExp.exp(v.abs().mul(-2f));
            FloatVector t = one.sub(e).div(one.add(e));
            t.blend(t.neg(), v.compare(VectorOperators.LT, 0f)).intoArray(y, yAt + i);
        }
        for (int i = bound; i < n; i++) {
            float e = SimdExp.exp(Math.abs(x[xAt + i]) * -2f);
            float t = (1f - e) / (1f + e);
            y[yAt + i] = x[xAt + i] < 0 ? -t : t;
        }
    }
}
