package io.longwave.ssm.spacetime;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.golden.GoldenTensor;
import io.longwave.tensor.Tensor;

/** Golden sequences are (batch, length, channel); ours are [channel, batch, length]. */
final class GoldenLayout {
    private GoldenLayout() {}

    static Tensor channelMajor(Kernels kernels, GoldenTensor golden) {
        int batch = golden.shape()[0];
        int length = golden.shape()[1];
        int channels = golden.shape()[2];
        double[] out = new double[golden.data().length];
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < length; t++) {
                for (int j = 0; j < channels; j++) {
                    out[(j * batch + b) * length + t] = golden.data()[(b * length + t) * channels + j];
                }
            }
        }
        return kernels.of(out, channels, batch, length);
    }

    static double[] batchMajor(Kernels kernels, Tensor tensor) {
        int channels = tensor.dim(0);
        int batch = tensor.dim(1);
        int length = tensor.dim(2);
        double[] values = kernels.toDoubles(tensor);
        double[] out = new double[values.length];
        for (int j = 0; j < channels; j++) {
            for (int b = 0; b < batch; b++) {
                for (int t = 0; t < length; t++) {
                    out[(b * length + t) * channels + j] = values[(j * batch + b) * length + t];
                }
            }
        }
        return out;
    }

    /** [H, L, N] with the latest power first into (H, N, L) counted forward. */
    static double[] statesOverTime(Kernels kernels, Tensor powers) {
        int rows = powers.dim(0);
        int length = powers.dim(1);
        int n = powers.dim(2);
        double[] values = kernels.toDoubles(powers);
        double[] out = new double[values.length];
        for (int h = 0; h < rows; h++) {
            for (int t = 0; t < length; t++) {
                for (int i = 0; i < n; i++) {
                    out[(h * n + i) * length + t] = values[(h * length + length - 1 - t) * n + i];
                }
            }
        }
        return out;
    }
}
