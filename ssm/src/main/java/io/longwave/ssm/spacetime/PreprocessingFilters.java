package io.longwave.ssm.spacetime;

import java.util.SplittableRandom;

/**
 * The fixed filter bank of the first block: per repeat four differencing rows (order o holds (−1)^i binom(o, i)) and four moving-average
 * residuals (1 − 1/w, then −1/w to tap w − 1). Rows stand in the order (repeat, row).
 */
final class PreprocessingFilters {
    private PreprocessingFilters() {}

    /** [4 · repeats, 4] */
    static double[] differences(int repeats) {
        int orders = SpaceTimeConfig.DIFFERENCES;
        double[] rows = new double[repeats * orders * orders];
        for (int repeat = 0; repeat < repeats; repeat++) {
            for (int order = 0; order < orders; order++) {
                int row = (repeat * orders + order) * orders;
                double binomial = 1;
                for (int i = 0; i <= order; i++) {
                    rows[row + i] = i % 2 == 0 ? binomial : -binomial;
                    binomial = binomial * (order - i) / (i + 1);
                }
            }
        }
        return rows;
    }

    /** [rows, maxWindow], one window drawn per row from [minWindow, maxWindow). */
    static double[] averageResiduals(int rows, int minWindow, int maxWindow, SplittableRandom random) {
        double[] bank = new double[rows * maxWindow];
        for (int row = 0; row < rows; row++) {
            fillAverageResidual(bank, row * maxWindow, random.nextInt(minWindow, maxWindow));
        }
        return bank;
    }

    static void fillAverageResidual(double[] bank, int at, int window) {
        for (int i = 0; i < window; i++) {
            bank[at + i] = -1.0 / window;
        }
        bank[at] += 1;
    }

    /**
     * Rows of both banks interleaved per repeat and repeated for {@code headDim} channels each, cut or padded to {@code taps}.
     *
     * @return [channels, taps]
     */
    static double[] perChannel(double[] differences, int differenceTaps, double[] residuals, int residualTaps, int channels, int headDim,
            int rowsPerRepeat, int taps) {
        int differencesPerRepeat = SpaceTimeConfig.DIFFERENCES;
        int residualsPerRepeat = rowsPerRepeat - differencesPerRepeat;
        double[] out = new double[channels * taps];
        for (int j = 0; j < channels; j++) {
            int row = j / headDim;
            int repeat = row / rowsPerRepeat;
            int inRepeat = row % rowsPerRepeat;
            boolean difference = inRepeat < differencesPerRepeat;
            double[] bank = difference ? differences : residuals;
            int width = difference ? differenceTaps : residualTaps;
            int bankRow = difference
                    ? repeat * differencesPerRepeat + inRepeat
                    : repeat * residualsPerRepeat + inRepeat - differencesPerRepeat;
            System.arraycopy(bank, bankRow * width, out, j * taps, Math.min(width, taps));
        }
        return out;
    }
}
