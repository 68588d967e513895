package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.Dropout;
import io.longwave.kernel.DropoutMask;
import io.longwave.kernel.Pointwise;
import io.longwave.tensor.Tensor;

/** The hash in lanes over padded stretches; one draw per span where masks are tied. */
final class SimdDropoutMask implements DropoutMask {
    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdDropoutMask(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    @Override
    public void apply(Dropout dropout, Tensor xTensor, Tensor yTensor, boolean accumulate) {
        Pointwise.check(xTensor, yTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] y = SimdTensor.of(yTensor);
        int span = dropout.span();
        if (span > 1) {
            float scale = (float) dropout.scale();
            pool.run((x.length + span - 1) / span, s -> {
                int from = s * span;
                int to = Math.min(from + span, x.length);
                finish(x, from, dropout.keeps(from) ? scale : 0, y, from, to - from, accumulate);
            });
            return;
        }
        pool.run(SimdPointwise.stretches(x.length), stretch -> {
            int from = stretch * SimdPointwise.STRETCH;
            int count = Math.min(SimdPointwise.STRETCH, x.length - from);
            float[] kept = scratch.get().array(0, SimdPointwise.STRETCH + SimdGelu.WIDTH);
            int padded = (count + SimdGelu.WIDTH - 1) / SimdGelu.WIDTH * SimdGelu.WIDTH;
            System.arraycopy(x, from, kept, 0, count);
            Arrays.fill(kept, count, padded, 0);
            if (dropout.rate() > 0) {
                SimdGelu.drop(dropout, from, kept, 0, padded);
            }
            finish(kept, 0, 1, y, from, count, accumulate);
        });
    }

    private static void finish(float[] x, int xAt, float scale, float[] y, int yAt, int count, boolean accumulate) {
        if (accumulate) {
            for (int i = 0; i < count; i++) {
                y[yAt + i] = Math.fma(scale, x[xAt + i], y[yAt + i]);
            }
        } else {
            for (int i = 0; i < count; i++) {
                y[yAt + i] = scale * x[xAt + i];
            }
        }
    }
}
