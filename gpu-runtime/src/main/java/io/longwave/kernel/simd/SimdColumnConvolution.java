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
    public void step(Tensor xTensor, Tensor weight, Tensor bias, Tensor tailTensor, Tensor yTensor) {
        forward(xTensor, weight, bias, yTensor);
        int variates = xTensor.dim(1);
        int steps = xTensor.dim(2);
        int batch = xTensor.dim(3);
        int taps = weight.dim(1);
        tailTensor.requireShape("tail", xTensor.dim(0), variates, taps - 1, batch);
        float[] x = SimdTensor.of(xTensor);
        float[] w = SimdTensor.of(weight);
        float[] y = SimdTensor.of(yTensor);
        float[] tail = SimdTensor.of(tailTensor);
        int kept = (taps - 1) * batch;
        for (int row = 0; row < xTensor.dim(0) * variates; row++) {
            for (int t = 0; t < Math.min(steps, taps - 1); t++) {
                for (int j = t + 1; j < taps; j++) {
                    Rows.addScaled(w[row / variates * taps + j], tail, row * kept + (taps - 1 + t - j) * batch, y,
                            (row * steps + t) * batch,
                            batch);
                }
            }
            int moved = Math.min(steps, taps - 1) * batch;
            System.arraycopy(tail, row * kept + moved, tail, row * kept, kept - moved);
            System.arraycopy(x, (row + 1) * steps * batch - moved, tail, row * kept + kept - moved, moved);
        }
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
