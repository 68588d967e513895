package io.longwave.train.classify;

import java.util.Arrays;

/** Cost of the cheapest alignment of two sequences, Sakoe and Chiba 1978: D[i, j] = d(i, j) + min(D[i-1, j], D[i, j-1], D[i-1, j-1]). */
final class DynamicTimeWarping {

    private DynamicTimeWarping() {}

    /** Squared difference of two steps summed over channels. */
    static double squared(LabelledSequence a, int i, LabelledSequence b, int j) {
        int channels = a.channels();
        float[] left = a.values();
        float[] right = b.values();
        int p = i * channels;
        int q = j * channels;
        double sum = 0;
        for (int v = 0; v < channels; v++) {
            double d = (double) left[p + v] - right[q + v];
            sum += d * d;
        }
        return sum;
    }

    /**
     * @param band greatest |i - j| as a share of the longer length, at least the difference of the lengths
     * @param limit a cost above it need not be known exactly
     * @param scratch at least 2 (length of b + 1), overwritten
     * @return the cost, or infinity where it is above the limit
     */
    static double cost(LabelledSequence a, LabelledSequence b, double band, double limit, double[] scratch) {
        int n = a.length();
        int m = b.length();
        int reach = Math.max((int) Math.ceil(band * Math.max(n, m)), Math.abs(n - m));
        int width = m + 1;
        Arrays.fill(scratch, 0, 2 * width, Double.POSITIVE_INFINITY);
        int before = 0;
        int now = width;
        scratch[0] = 0;
        for (int i = 1; i <= n; i++) {
            int from = Math.max(1, i - reach);
            int to = Math.min(m, i + reach);
            scratch[now + from - 1] = Double.POSITIVE_INFINITY;
            double left = Double.POSITIVE_INFINITY;
            double least = Double.POSITIVE_INFINITY;
            for (int j = from; j <= to; j++) {
                double cheapest = Math.min(left, Math.min(scratch[before + j], scratch[before + j - 1]));
                left = cheapest > limit ? Double.POSITIVE_INFINITY : cheapest + squared(a, i - 1, b, j - 1);
                scratch[now + j] = left;
                least = Math.min(least, left);
            }
            if (to < m) {
                scratch[now + to + 1] = Double.POSITIVE_INFINITY;
            }
            if (least > limit) {
                return Double.POSITIVE_INFINITY;
            }
            int swap = before;
            before = now;
            now = swap;
        }
        return scratch[before + m];
    }
}
