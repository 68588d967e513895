package io.longwave.ssm.spacetime;

/**
 * x Φ(x) in double, the same bits on every machine: Φ is its Taylor polynomial around the next point of a grid, whose values come from
 * {@link StrictMath}. Within 2e-15 of the exact value for every x.
 */
final class ScalarGelu {
    private static final double ONE_OVER_SQRT_TWO_PI = 0.3989422804014327;
    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;
    private static final double SQRT_HALF = 0.7071067811865476;

    private static final int PER_UNIT = 64;
    /** Beyond it Φ is 0 or 1 to the last bit that matters: Φ(−9) = 1e-19. */
    private static final int REACH = 9;
    private static final double[] PROBABILITY = new double[2 * REACH * PER_UNIT + 1];
    private static final double[] DENSITY = new double[PROBABILITY.length];

    static {
        for (int i = 0; i < PROBABILITY.length; i++) {
            double x = (i - REACH * PER_UNIT) / (double) PER_UNIT;
            PROBABILITY[i] = probability(x);
            DENSITY[i] = ONE_OVER_SQRT_TWO_PI * StrictMath.exp(-0.5 * x * x);
        }
    }

    private ScalarGelu() {}

    static double value(double x) {
        if (!(x > -REACH)) {
            return Double.isNaN(x) ? x : 0;
        }
        if (x >= REACH) {
            return x;
        }
        int i = (int) ((x + REACH) * PER_UNIT + 0.5);
        double at = (i - REACH * PER_UNIT) / (double) PER_UNIT;
        double d = x - at;
        double square = at * at;
        // Derivatives of the density are Hermite polynomials times it. |d| <= 1/128, so what follows the fifth power is below 1e-15.
        double fifth = (square * square - 6 * square + 3) * (1.0 / 120);
        double fourth = at * (3 - square) * (1.0 / 24);
        double third = (square - 1) * (1.0 / 6);
        double taylor = d * (1 + d * (-0.5 * at + d * (third + d * (fourth + d * fifth))));
        return x * (PROBABILITY[i] + DENSITY[i] * taylor);
    }

    private static double probability(double x) {
        double z = Math.abs(x) * SQRT_HALF;
        double upperTail = z < 2 ? 0.5 * (1 - erfSeries(z)) : 0.5 * erfcFraction(z);
        return x < 0 ? upperTail : 1 - upperTail;
    }

    /** erf z = 2/√π e^(−z²) Σ 2ⁿ z^(2n+1) / (2n+1)!! (DLMF 7.6.2). */
    private static double erfSeries(double z) {
        double term = z;
        double sum = z;
        for (int n = 1; term > 1e-17 * sum; n++) {
            term *= 2 * z * z / (2 * n + 1);
            sum += term;
        }
        return TWO_OVER_SQRT_PI * StrictMath.exp(-z * z) * sum;
    }

    /** erfc z = e^(−z²)/√π · 1/(z + ½/(z + 1/(z + 3/2/(z + …)))) (DLMF 7.9.1); 60 levels are exact from z = 2 on. */
    private static double erfcFraction(double z) {
        double fraction = z;
        for (int n = 60; n >= 1; n--) {
            fraction = z + 0.5 * n / fraction;
        }
        return 0.5 * TWO_OVER_SQRT_PI * StrictMath.exp(-z * z) / fraction;
    }
}
