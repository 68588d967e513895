package io.longwave.train.wfdb;

import java.util.Arrays;

/** Medians over a window that slides along a signal. */
final class RunningMedian {

    private RunningMedian() {}

    /**
     * The median of the samples up to {@code reach} before and after each; at the ends, of those that there are.
     *
     * @param signal [L], finite
     * @return [L]
     */
    static float[] of(float[] signal, int reach) {
        int length = signal.length;
        float[] sorted = new float[2 * reach + 1];
        float[] medians = new float[length];
        int count = 0;
        for (int l = -reach; l < length; l++) {
            if (l - reach - 1 >= 0) {
                int at = Arrays.binarySearch(sorted, 0, count, signal[l - reach - 1]);
                System.arraycopy(sorted, at + 1, sorted, at, count - at - 1);
                count--;
            }
            if (l + reach < length) {
                int found = Arrays.binarySearch(sorted, 0, count, signal[l + reach]);
                int at = found < 0 ? -found - 1 : found;
                System.arraycopy(sorted, at, sorted, at + 1, count - at);
                sorted[at] = signal[l + reach];
                count++;
            }
            if (l >= 0) {
                medians[l] = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
            }
        }
        return medians;
    }
}
