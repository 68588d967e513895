package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.ColumnConvolution;
import io.longwave.tensor.Tensor;

/** One task per channel. A step back in time is a row of the batch further left, so every tap is one long row added to another. */
final class SimdColumnConvolution implements ColumnConvolution {
    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdColumnConvolution(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    @Override
    public void forward(Tensor xTensor, Tensor weight, Tensor bias, Tensor yTensor) {
        ColumnConvolution.check(xTensor, weight, bias, yTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] w = SimdTensor.of(weight);
        float[] b = SimdTensor.of(bias);
        float[] y = SimdTensor.of(yTensor);
        int variates = xTensor.dim(1);
        int steps = xTensor.dim(2);
        int batch = xTensor.dim(3);
        int row = steps * batch;
        int taps = weight.dim(1);
        pool.run(xTensor.dim(0), h -> {
            for (int v = 0; v < variates; v++) {
                int at = (h * variates + v) * row;
                Arrays.fill(y, at, at + row, b[h]);
                for (int j = 0; j < taps && j < steps; j++) {
                    Rows.addScaled(w[h * taps + j], x, at, y, at + j * batch, row - j * batch);
                }
            }
        });
    }

    @Override
    public void backward(Tensor xTensor, Tensor weight, Tensor gradient, Tensor inputGradient, boolean accumulate, Tensor weightGradient,
            Tensor biasGradient) {
        ColumnConvolution.check(xTensor, weight, biasGradient, gradient);
        ColumnConvolution.check(xTensor, weightGradient, biasGradient, inputGradient);
        float[] x = SimdTensor.of(xTensor);
        float[] w = SimdTensor.of(weight);
        float[] dy = SimdTensor.of(gradient);
        float[] dx = SimdTensor.of(inputGradient);
        float[] dw = SimdTensor.of(weightGradient);
        float[] db = SimdTensor.of(biasGradient);
        int variates = xTensor.dim(1);
        int steps = xTensor.dim(2);
        int batch = xTensor.dim(3);
        int row = steps * batch;
        int taps = weight.dim(1);
        pool.run(xTensor.dim(0), h -> {
            float[] lanes = scratch.get().array(0, Rows.WIDTH);
            float[] ones = scratch.get().array(1, row);
            Arrays.fill(ones, 0, row, 1);
            for (int v = 0; v < variates; v++) {
                int at = (h * variates + v) * row;
                if (!accumulate) {
                    Arrays.fill(dx, at, at + row, 0);
                }
                db[h] += Rows.dot(dy, at, ones, 0, row, lanes);
                for (int j = 0; j < taps && j < steps; j++) {
                    int count = row - j * batch;
                    Rows.addScaled(w[h * taps + j], dy, at + j * batch, dx, at, count);
                    dw[h * taps + j] += Rows.dot(dy, at + j * batch, x, at, count, lanes);
                }
            }
        });
    }
}
