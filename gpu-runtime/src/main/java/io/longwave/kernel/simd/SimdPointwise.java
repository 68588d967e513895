package io.longwave.kernel.simd;

import io.longwave.kernel.Pointwise;
import io.longwave.tensor.Tensor;

/** Stretches of fixed size, one task each; plain loops where the JIT makes vectors of them. */
final class SimdPointwise implements Pointwise {
    static final int STRETCH = 1 << 14;

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdPointwise(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    static int stretches(int size) {
        return (size + STRETCH - 1) / STRETCH;
    }

    @Override
    public void forward(Function function, Tensor xTensor, Tensor yTensor) {
        Pointwise.check(xTensor, yTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] y = SimdTensor.of(yTensor);
        pool.run(stretches(x.length), stretch -> {
            int from = stretch * STRETCH;
            int count = Math.min(STRETCH, x.length - from);
            FunctionLoops.values(function, x, from, y, from, count, scratch.get().array(0, STRETCH + SimdExp.WIDTH));
        });
    }

    @Override
    public void backward(Function function, Tensor xTensor, Tensor gradient, Tensor target, boolean accumulate) {
        Pointwise.check(xTensor, gradient, target);
        float[] x = SimdTensor.of(xTensor);
        float[] dy = SimdTensor.of(gradient);
        float[] dx = SimdTensor.of(target);
        pool.run(stretches(x.length), stretch -> {
            int from = stretch * STRETCH;
            int count = Math.min(STRETCH, x.length - from);
            Scratch own = scratch.get();
            float[] slopes = own.array(1, STRETCH + SimdExp.WIDTH);
            FunctionLoops.slopes(function, x, from, slopes, count, own.array(0, STRETCH + SimdExp.WIDTH));
            product(dy, from, slopes, 0, dx, from, count, accumulate);
        });
    }

    private static void product(float[] a, int aAt, float[] b, int bAt, float[] out, int at, int count, boolean accumulate) {
        if (accumulate) {
            for (int i = 0; i < count; i++) {
                out[at + i] = Math.fma(a[aAt + i], b[bAt + i], out[at + i]);
            }
        } else {
            for (int i = 0; i < count; i++) {
                out[at + i] = a[aAt + i] * b[bAt + i];
            }
        }
    }

    @Override
    public void multiply(Tensor aTensor, Tensor bTensor, Tensor outTensor, boolean accumulate) {
        Pointwise.check(aTensor, bTensor, outTensor);
        float[] a = SimdTensor.of(aTensor);
        float[] b = SimdTensor.of(bTensor);
        float[] out = SimdTensor.of(outTensor);
        pool.run(stretches(a.length), stretch -> {
            int from = stretch * STRETCH;
            product(a, from, b, from, out, from, Math.min(STRETCH, a.length - from), accumulate);
        });
    }

    @Override
    public void addScaled(double factor, Tensor xTensor, Tensor yTensor) {
        Pointwise.check(xTensor, yTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] y = SimdTensor.of(yTensor);
        float f = (float) factor;
        pool.run(stretches(x.length), stretch -> {
            int from = stretch * STRETCH;
            for (int i = from; i < Math.min(from + STRETCH, x.length); i++) {
                y[i] = Math.fma(f, x[i], y[i]);
            }
        });
    }

    @Override
    public void scale(double factor, Tensor xTensor) {
        float[] x = SimdTensor.of(xTensor);
        float f = (float) factor;
        for (int i = 0; i < x.length; i++) {
            x[i] *= f;
        }
    }

    /** Four chains in double: gradients of weights are thousands of numbers, not millions. */
    @Override
    public double sumOfSquares(Tensor xTensor) {
        float[] x = SimdTensor.of(xTensor);
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= x.length; i += 4) {
            s0 += (double) x[i] * x[i];
            s1 += (double) x[i + 1] * x[i + 1];
            s2 += (double) x[i + 2] * x[i + 2];
            s3 += (double) x[i + 3] * x[i + 3];
        }
        for (; i < x.length; i++) {
            s0 += (double) x[i] * x[i];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
