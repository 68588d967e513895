package io.longwave.train.nab;

/** The benchmark's baseline of that name, written from its description. */
final class WindowedGaussian {
    private static final int WINDOW = 6400;
    private static final int HOP = 100;

    private WindowedGaussian() {}

    static double[] scores(double[] values) {
        double[] scores = new double[values.length];
        double mean = 0;
        double deviation = 1;
        for (int i = 0; i < values.length; i++) {
            scores[i] = i == 0 ? 0 : 1 - tail(values[i], mean, deviation);
            boolean filling = i < WINDOW;
            if (filling || (i - WINDOW) % HOP == 0) {
                int first = Math.max(0, i + 1 - WINDOW);
                double sum = 0;
                for (int j = first; j <= i; j++) {
                    sum += values[j];
                }
                mean = sum / (i + 1 - first);
                double squares = 0;
                for (int j = first; j <= i; j++) {
                    squares += (values[j] - mean) * (values[j] - mean);
                }
                deviation = Math.max(1e-6, Math.sqrt(squares / (i + 1 - first)));
            }
        }
        return scores;
    }

    private static double tail(double value, double mean, double deviation) {
        return 0.5 * complementaryError(Math.abs(value - mean) / (deviation * Math.sqrt(2)));
    }

    /** erfc for x >= 0: Abramowitz and Stegun 7.1.26 leaves an absolute error of 1.5e-7, so the far tail uses a continued fraction. */
    static double complementaryError(double x) {
        if (x > 2) {
            double fraction = 0;
            for (int k = 60; k > 0; k--) {
                fraction = k / 2.0 / (x + fraction);
            }
            return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
        }
        // erf by its Taylor series, exact to rounding for x <= 2
        double term = x;
        double sum = x;
        for (int n = 1; n < 60; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 1 - 2 / Math.sqrt(Math.PI) * sum;
    }
}
