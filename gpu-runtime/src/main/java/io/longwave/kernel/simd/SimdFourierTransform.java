package io.longwave.kernel.simd;

import java.util.concurrent.ConcurrentHashMap;

import io.longwave.kernel.FourierTransform;
import io.longwave.tensor.Tensor;

/** One task per row, see {@link NaturalTransform}. */
final class SimdFourierTransform implements FourierTransform {
    private static final float[] NO_IMAGINARY_PART = {};

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;
    private final TransformPlans plans;
    private final ConcurrentHashMap<Integer, NaturalTransform> transforms = new ConcurrentHashMap<>();

    SimdFourierTransform(WorkPool pool, ThreadLocal<Scratch> scratch, TransformPlans plans) {
        this.pool = pool;
        this.scratch = scratch;
        this.plans = plans;
    }

    private NaturalTransform transform(int size) {
        return transforms.computeIfAbsent(size, n -> NaturalTransform.of(n, plans));
    }

    @Override
    public void forward(Tensor re, Tensor im, Tensor outRe, Tensor outIm) {
        FourierTransform.check(re, im, outRe, outIm);
        rows(re, im, outRe, outIm, 1);
    }

    @Override
    public void inverse(Tensor re, Tensor im, Tensor outRe, Tensor outIm) {
        FourierTransform.check(re, im, outRe, outIm);
        rows(im, re, outIm, outRe, 1f / re.dim(1));
    }

    private void rows(Tensor re, Tensor im, Tensor outRe, Tensor outIm, float scale) {
        int n = re.dim(1);
        float[] xRe = SimdTensor.of(re);
        float[] xIm = SimdTensor.of(im);
        float[] yRe = SimdTensor.of(outRe);
        float[] yIm = SimdTensor.of(outIm);
        NaturalTransform transform = transform(n);
        pool.run(re.dim(0),
                row -> transform.run(xRe, xIm, row * n, scratch.get().array(0, transform.numbers()), yRe, yIm, row * n, n, scale));
    }

    @Override
    public void forwardReal(Tensor x, Tensor re, Tensor im) {
        FourierTransform.checkReal(x, re, im);
        bins(x, re, im);
    }

    private void bins(Tensor xTensor, Tensor re, Tensor im) {
        int n = xTensor.dim(1);
        int count = n / 2 + 1;
        float[] x = SimdTensor.of(xTensor);
        float[] yRe = SimdTensor.of(re);
        float[] yIm = SimdTensor.of(im);
        NaturalTransform transform = transform(n);
        pool.run(xTensor.dim(0), row -> transform.run(x, NO_IMAGINARY_PART, row * n, scratch.get().array(0, transform.numbers()), yRe, yIm,
                row * count, count, 1));
    }

    @Override
    public void inverseReal(Tensor re, Tensor im, Tensor x) {
        FourierTransform.checkReal(x, re, im);
        float scale = 1f / x.dim(1);
        waves(re, im, scale, scale, x);
    }

    @Override
    public void forwardRealGradient(Tensor re, Tensor im, Tensor x) {
        FourierTransform.checkReal(x, re, im);
        waves(re, im, 1, 0.5f, x);
    }

    /** The real rows whose bins are these, those between 0 and N/2 and their conjugates times {@code paired}. */
    private void waves(Tensor reTensor, Tensor imTensor, float single, float paired, Tensor xTensor) {
        int n = xTensor.dim(1);
        int count = n / 2 + 1;
        float[] re = SimdTensor.of(reTensor);
        float[] im = SimdTensor.of(imTensor);
        float[] x = SimdTensor.of(xTensor);
        NaturalTransform transform = transform(n);
        pool.run(xTensor.dim(0), row -> {
            Scratch mine = scratch.get();
            float[] wholeRe = mine.array(1, n);
            float[] wholeIm = mine.array(2, n);
            for (int k = 0; k < count; k++) {
                boolean own = 2 * k % n == 0; // its own conjugate
                float factor = own ? single : paired;
                wholeRe[k] = factor * re[row * count + k];
                wholeIm[k] = own ? 0 : factor * im[row * count + k];
                if (!own) {
                    wholeRe[n - k] = wholeRe[k];
                    wholeIm[n - k] = -wholeIm[k];
                }
            }
            float[] unused = mine.array(3, n);
            transform.run(wholeIm, wholeRe, 0, mine.array(0, transform.numbers()), unused, wholeRe, 0, n, 1);
            System.arraycopy(wholeRe, 0, x, row * n, n);
        });
    }

    @Override
    public void inverseRealGradient(Tensor x, Tensor reTensor, Tensor imTensor) {
        FourierTransform.checkReal(x, reTensor, imTensor);
        bins(x, reTensor, imTensor);
        int n = x.dim(1);
        int count = n / 2 + 1;
        float[] re = SimdTensor.of(reTensor);
        float[] im = SimdTensor.of(imTensor);
        for (int i = 0; i < re.length; i++) {
            boolean own = 2 * (i % count) % n == 0;
            re[i] *= (own ? 1f : 2f) / n;
            im[i] *= (own ? 0f : 2f) / n;
        }
    }
}
