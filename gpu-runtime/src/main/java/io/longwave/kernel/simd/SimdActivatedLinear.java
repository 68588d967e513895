package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.ActivatedLinear;
import io.longwave.kernel.Dropout;
import io.longwave.tensor.Tensor;

/**
 * Positions are cut into chunks whose activated block stays in the second-level cache between the GELU and the product. Each chunk sums its
 * part of the weight gradient for itself; the parts are added in the order of the chunks.
 */
final class SimdActivatedLinear implements ActivatedLinear {
    /** A multiple of every lane width; 21 tiles of three 16-lane vectors. */
    private static final int CHUNK = 1008;

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdActivatedLinear(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    @Override
    public void forward(Tensor sTensor, Tensor weight, Tensor biasTensor, Dropout dropout, boolean residual, Tensor yTensor,
            boolean accumulate) {
        ActivatedLinear.check(sTensor, weight, biasTensor, residual, yTensor);
        float[] s = SimdTensor.of(sTensor);
        float[] w = SimdTensor.of(weight);
        float[] bias = SimdTensor.of(biasTensor);
        float[] y = SimdTensor.of(yTensor);
        int channels = sTensor.dim(0);
        int positions = sTensor.dim(1);
        int outputs = weight.dim(0);
        pool.run((positions + CHUNK - 1) / CHUNK, chunk -> {
            int from = chunk * CHUNK;
            int count = Math.min(CHUNK, positions - from);
            float[] active = scratch.get().array(0, channels * CHUNK);
            for (int d = 0; d < channels; d++) {
                int at = d * positions + from;
                int padded = copyPadded(s, at, count, active, d * CHUNK);
                SimdGelu.values(active, d * CHUNK, padded);
                if (dropout.rate() > 0) {
                    SimdGelu.drop(dropout, at, active, d * CHUNK, padded);
                }
            }
            for (int m = 0; m < outputs; m++) {
                start(bias[m], residual, s, y, m * positions + from, count, accumulate);
            }
            Gemm.multiply(outputs, count, channels, w, 0, channels, 1, active, 0, CHUNK, y, from, positions, true);
        });
    }

    /** Copies and fills up with zeros to whole vectors; returns how many numbers that makes. */
    private static int copyPadded(float[] s, int from, int count, float[] to, int at) {
        int padded = (count + SimdGelu.WIDTH - 1) / SimdGelu.WIDTH * SimdGelu.WIDTH;
        System.arraycopy(s, from, to, at, count);
        Arrays.fill(to, at + count, at + padded, 0);
        return padded;
    }

    /** What the product is added to. */
    private static void start(float bias, boolean residual, float[] s, float[] y, int at, int count, boolean accumulate) {
        if (accumulate) {
            for (int i = at; i < at + count; i++) {
                y[i] += bias;
            }
        } else {
            Arrays.fill(y, at, at + count, bias);
        }
        if (residual) {
            for (int i = at; i < at + count; i++) {
                y[i] += s[i];
            }
        }
    }

    @Override
    public void backward(Tensor sTensor, Tensor weight, Dropout dropout, boolean residual, Tensor gradient, Tensor inputGradient,
            boolean accumulate, Tensor weightGradient, Tensor biasGradient) {
        ActivatedLinear.check(sTensor, weight, biasGradient, residual, gradient);
        ActivatedLinear.check(inputGradient, weightGradient, biasGradient, residual, gradient);
        float[] s = SimdTensor.of(sTensor);
        float[] w = SimdTensor.of(weight);
        float[] dy = SimdTensor.of(gradient);
        float[] ds = SimdTensor.of(inputGradient);
        float[] dw = SimdTensor.of(weightGradient);
        float[] db = SimdTensor.of(biasGradient);
        int channels = sTensor.dim(0);
        int positions = sTensor.dim(1);
        int outputs = weight.dim(0);
        int chunks = (positions + CHUNK - 1) / CHUNK;
        int part = outputs * channels + outputs;
        float[] parts = scratch.get().array(3, chunks * part);
        Arrays.fill(parts, 0, chunks * part, 0);
        pool.run(chunks, chunk -> {
            int from = chunk * CHUNK;
            int count = Math.min(CHUNK, positions - from);
            Scratch own = scratch.get();
            float[] active = own.array(0, channels * CHUNK);
            float[] slope = own.array(1, channels * CHUNK);
            float[] activeGradient = own.array(2, channels * CHUNK + DotTile.SIDE * DotTile.SIDE * MatrixTiles.WIDTH);
            for (int d = 0; d < channels; d++) {
                int at = d * positions + from;
                int padded = copyPadded(s, at, count, active, d * CHUNK);
                SimdGelu.valuesAndSlopes(active, slope, d * CHUNK, padded);
                if (dropout.rate() > 0) {
                    SimdGelu.drop(dropout, at, active, d * CHUNK, padded);
                    SimdGelu.drop(dropout, at, slope, d * CHUNK, padded);
                }
            }
            Gemm.multiply(channels, count, outputs, w, 0, 1, channels, dy, from, positions, activeGradient, 0, CHUNK, false);
            for (int d = 0; d < channels; d++) {
                finish(activeGradient, slope, d * CHUNK, residual, dy, ds, d * positions + from, count, accumulate);
            }
            Gemm.multiplyByTransposed(outputs, channels, count, dy, from, positions, active, 0, CHUNK, parts, chunk * part, channels,
                    activeGradient);
            for (int m = 0; m < outputs; m++) {
                parts[chunk * part + outputs * channels + m] = Rows.sum(dy, m * positions + from, count, activeGradient);
            }
        });
        for (int chunk = 0; chunk < chunks; chunk++) {
            int at = chunk * part;
            for (int i = 0; i < outputs * channels; i++) {
                dw[i] += parts[at + i];
            }
            for (int m = 0; m < outputs; m++) {
                db[m] += parts[at + outputs * channels + m];
            }
        }
    }

    /** ds = (Wᵀ dy) slope, plus dy where the input is added to the output. */
    private static void finish(float[] activeGradient, float[] slope, int from, boolean residual, float[] dy, float[] ds, int at, int count,
            boolean accumulate) {
        if (accumulate) {
            for (int i = 0; i < count; i++) {
                ds[at + i] = Math.fma(activeGradient[from + i], slope[from + i], ds[at + i]);
            }
        } else {
            for (int i = 0; i < count; i++) {
                ds[at + i] = activeGradient[from + i] * slope[from + i];
            }
        }
        if (residual) {
            for (int i = at; i < at + count; i++) {
                ds[i] += dy[i];
            }
        }
    }
}
