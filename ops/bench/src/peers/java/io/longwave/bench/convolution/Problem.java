package io.longwave.bench.convolution;

import java.util.SplittableRandom;

/**
 * Random rows and kernels; a million numbers at every length.
 *
 * @param u [H, B, N]
 * @param kernel [H, N]
 */
record Problem(int channels, int batch, int length, float[] u, float[] kernel) {
    private static final int NUMBERS = 1 << 20;
    private static final int BATCH = 8;

    static Problem ofLength(int length) {
        int channels = NUMBERS / BATCH / length;
        SplittableRandom random = new SplittableRandom(length);
        return new Problem(channels, BATCH, length, gaussian(random, channels * BATCH * length), gaussian(random, channels * length));
    }

    private static float[] gaussian(SplittableRandom random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    int numbers() {
        return u.length;
    }
}
