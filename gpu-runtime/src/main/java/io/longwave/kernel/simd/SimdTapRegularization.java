package io.longwave.kernel.simd;

import io.longwave.kernel.TapRegularization;
import io.longwave.tensor.Tensor;

/** A row per task; the sums over neighbours run tap by tap over the whole row, which the JIT turns into vectors without changing a bit. */
final class SimdTapRegularization implements TapRegularization {
    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdTapRegularization(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    @Override
    public void forward(Tensor tapsTensor, Settings settings, Tensor outTensor) {
        TapRegularization.check(tapsTensor, outTensor, "out");
        float[] taps = SimdTensor.of(tapsTensor);
        float[] out = SimdTensor.of(outTensor);
        int count = tapsTensor.dim(1);
        float threshold = threshold(settings);
        pool.run(tapsTensor.dim(0), row -> {
            int at = row * count;
            smooth(taps, at, count, settings.halfWidth(), out, at);
            if (threshold > 0) {
                for (int i = at; i < at + count; i++) {
                    out[i] = Math.copySign(Math.max(Math.abs(out[i]) - threshold, 0), out[i]);
                }
            }
        });
    }

    @Override
    public void backward(Tensor tapsTensor, Settings settings, Tensor gradientTensor, Tensor targetTensor, boolean accumulate) {
        TapRegularization.check(tapsTensor, gradientTensor, "gradient");
        TapRegularization.check(tapsTensor, targetTensor, "target");
        float[] taps = SimdTensor.of(tapsTensor);
        float[] gradient = SimdTensor.of(gradientTensor);
        float[] target = SimdTensor.of(targetTensor);
        int count = tapsTensor.dim(1);
        float threshold = threshold(settings);
        pool.run(tapsTensor.dim(0), row -> {
            int at = row * count;
            float[] masked = scratch.get().array(0, count);
            if (threshold > 0) {
                smooth(taps, at, count, settings.halfWidth(), masked, 0);
                for (int i = 0; i < count; i++) {
                    masked[i] = Math.abs(masked[i]) > threshold ? gradient[at + i] : 0;
                }
            } else {
                System.arraycopy(gradient, at, masked, 0, count);
            }
            float[] smoothed = scratch.get().array(1, count);
            smooth(masked, 0, count, settings.halfWidth(), smoothed, 0);
            for (int i = 0; i < count; i++) {
                target[at + i] = accumulate ? target[at + i] + smoothed[i] : smoothed[i];
            }
        });
    }

    private static float threshold(Settings settings) {
        return settings.threshold() == null ? 0 : SimdTensor.of(settings.threshold())[0];
    }

    private static void smooth(float[] taps, int at, int count, int halfWidth, float[] out, int outAt) {
        System.arraycopy(taps, at, out, outAt, count);
        if (halfWidth == 0) {
            return;
        }
        for (int j = 1; j <= Math.min(halfWidth, count - 1); j++) {
            for (int i = j; i < count; i++) {
                out[outAt + i] += taps[at + i - j];
            }
            for (int i = 0; i < count - j; i++) {
                out[outAt + i] += taps[at + i + j];
            }
        }
        float share = 1f / (2 * halfWidth + 1);
        for (int i = outAt; i < outAt + count; i++) {
            out[i] *= share;
        }
    }
}
