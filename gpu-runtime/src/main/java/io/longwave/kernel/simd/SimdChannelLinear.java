package io.longwave.kernel.simd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.ChannelLinear;
import io.longwave.tensor.Tensor;

/**
 * Positions are cut into chunks. The gradient of the weights is summed in a fixed number of parts of neighbouring chunks, added in order at
 * the end.
 */
final class SimdChannelLinear implements ChannelLinear {
    /** A multiple of every lane width; 21 tiles of three 16-lane vectors. */
    private static final int CHUNK = 1008;
    private static final int PARTS = 16;

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdChannelLinear(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    @Override
    public void forward(Tensor xTensor, Tensor weight, @Nullable Tensor biasTensor, Tensor yTensor, boolean accumulate) {
        ChannelLinear.check(xTensor, weight, biasTensor, yTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] w = SimdTensor.of(weight);
        float[] bias = biasTensor == null ? null : SimdTensor.of(biasTensor);
        float[] y = SimdTensor.of(yTensor);
        int channels = xTensor.dim(0);
        int positions = xTensor.dim(1);
        int outputs = weight.dim(0);
        pool.run((positions + CHUNK - 1) / CHUNK, chunk -> {
            int from = chunk * CHUNK;
            int count = Math.min(CHUNK, positions - from);
            for (int m = 0; m < outputs && bias != null; m++) {
                start(bias[m], y, m * positions + from, count, accumulate);
            }
            Gemm.multiply(outputs, count, channels, w, 0, channels, 1, x, from, positions, y, from, positions, accumulate || bias != null);
        });
    }

    private static void start(float bias, float[] y, int at, int count, boolean accumulate) {
        if (accumulate) {
            for (int i = at; i < at + count; i++) {
                y[i] += bias;
            }
        } else {
            Arrays.fill(y, at, at + count, bias);
        }
    }

    @Override
    public void backward(Tensor xTensor, Tensor weight, Tensor gradient, @Nullable Tensor inputGradient, boolean accumulate,
            Tensor weightGradient, @Nullable Tensor biasGradient) {
        ChannelLinear.check(xTensor, weight, biasGradient, gradient);
        ChannelLinear.check(xTensor, weightGradient, biasGradient, gradient);
        if (inputGradient != null) {
            ChannelLinear.check(inputGradient, weight, biasGradient, gradient);
        }
        float[] x = SimdTensor.of(xTensor);
        float[] w = SimdTensor.of(weight);
        float[] dy = SimdTensor.of(gradient);
        float[] dx = inputGradient == null ? null : SimdTensor.of(inputGradient);
        int channels = xTensor.dim(0);
        int positions = xTensor.dim(1);
        int outputs = weight.dim(0);
        int chunks = (positions + CHUNK - 1) / CHUNK;
        int parts = Math.min(PARTS, chunks);
        int size = outputs * channels + outputs;
        float[] sums = scratch.get().array(3, parts * size);
        pool.run(parts, part -> {
            int at = part * size;
            Arrays.fill(sums, at, at + size, 0);
            float[] lanes = scratch.get().array(2, DotTile.SIDE * DotTile.SIDE * MatrixTiles.WIDTH);
            for (int chunk = part * chunks / parts; chunk < (part + 1) * chunks / parts; chunk++) {
                int from = chunk * CHUNK;
                int count = Math.min(CHUNK, positions - from);
                if (dx != null) {
                    Gemm.multiply(channels, count, outputs, w, 0, 1, channels, dy, from, positions, dx, from, positions, accumulate);
                }
                Gemm.multiplyByTransposed(outputs, channels, count, dy, from, positions, x, from, positions, sums, at, channels, lanes);
                for (int m = 0; m < outputs && biasGradient != null; m++) {
                    sums[at + outputs * channels + m] += Rows.sum(dy, m * positions + from, count, lanes);
                }
            }
        });
        float[] dw = SimdTensor.of(weightGradient);
        float[] db = biasGradient == null ? null : SimdTensor.of(biasGradient);
        for (int part = 0; part < parts; part++) {
            int at = part * size;
            for (int i = 0; i < outputs * channels; i++) {
                dw[i] += sums[at + i];
            }
            for (int m = 0; m < outputs && db != null; m++) {
                db[m] += sums[at + outputs * channels + m];
            }
        }
    }
}
