package io.longwave.kernel.reference;

/** Gaussian error linear unit x Φ(x) in float64. */
final class Gelu {
    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;
    private static final double ONE_OVER_SQRT_TWO_PI = 0.3989422804014327;

    private Gelu() {}

    static double value(double x) {
        return x * probability(x);
    }

    static double derivative(double x) {
        return probability(x) + x * ONE_OVER_SQRT_TWO_PI * Math.exp(-0.5 * x * x);
    }

    /** Φ(x), from erfc on the negative side so that small values keep their digits. */
    private static double probability(double x) {
        double z = Math.abs(x) * Math.sqrt(0.5);
        double upperTail = z < 2 ? 0.5 * (1 - erfSeries(z)) : 0.5 * erfcFraction(z);
        return x < 0 ? upperTail : 1 - upperTail;
    }

    /** erf z = 2/√π e^(−z²) Σ 2ⁿ z^(2n+1) / (2n+1)!!, all terms positive (DLMF 7.6.2). */
    private static double erfSeries(double z) {
        double term = z;
        double sum = z;
        for (int n = 1; term > 1e-17 * sum; n++) {
            term *= 2 * z * z / (2 * n + 1);
            sum += term;
        }
        return TWO_OVER_SQRT_PI * Math.exp(-z * z) * sum;
    }

    /** erfc z = e^(−z²)/√π · 1/(z + ½/(z + 1/(z + 3/2/(z + …)))) (DLMF 7.9.1); 60 levels are exact from z = 2 on. */
    private static double erfcFraction(double z) {
        double fraction = z;
        for (int n = 60; n >= 1; n--) {
            fraction = z + 0.5 * n / fraction;
        }
        return 0.5 * TWO_OVER_SQRT_PI * Math.exp(-z * z) / fraction;
    }
}
