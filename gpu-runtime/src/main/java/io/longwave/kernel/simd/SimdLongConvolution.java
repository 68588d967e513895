package io.longwave.kernel.simd;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.CausalConvolution.Extent;
import io.longwave.kernel.LongConvolution;
import io.longwave.kernel.simd.SpectralConvolution.Operands;
import io.longwave.tensor.Shape;
import io.longwave.tensor.Tensor;

/**
 * By transforms with everything in one pass over a row, see {@link SpectralConvolution}; short causal ones in the way
 * {@link SimdCausalConvolution} has for their size, with the gates before and after.
 */
final class SimdLongConvolution implements LongConvolution {
    private static final int GATED_INPUT = 0;
    private static final int GATED_GRADIENT = 1;
    private static final int RESULT = 2;

    private final SpectralConvolution spectral;
    private final SimdCausalConvolution causal;
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    SimdLongConvolution(SpectralConvolution spectral, SimdCausalConvolution causal) {
        this.spectral = spectral;
        this.causal = causal;
    }

    private boolean byTransforms(Terms terms, Extent x) {
        return terms.back() != null
                || causal.way(x, terms.kernel().dim(1), x.channelsPerRow(terms.kernel())) == ConvolutionWay.SPECTRAL;
    }

    @Override
    public void forward(Terms terms, Tensor y) {
        Extent x = terms.check(y);
        if (byTransforms(terms, x)) {
            spectral.forward(Operands.of(x, terms), SimdTensor.of(y), false);
            return;
        }
        sum(terms, gated(terms.input(), terms.inputGate(), GATED_INPUT), y);
        if (terms.outputGate() != null) {
            float[] values = SimdTensor.of(y);
            Rows.multiply(values, 0, SimdTensor.of(terms.outputGate()), 0, values, 0, y.size());
        }
    }

    /** c of x. */
    private void sum(Terms terms, Tensor x, Tensor c) {
        causal.forward(x, terms.kernel(), c, false);
        if (terms.skip() != null) {
            causal.addScaled(x, terms.skip(), c);
        }
    }

    /** The tensor itself where there is no gate, else their product. */
    private Tensor gated(Tensor tensor, @Nullable Tensor gate, int slot) {
        if (gate == null) {
            return tensor;
        }
        Tensor product = scratch(tensor.shape(), slot);
        Rows.multiply(SimdTensor.of(tensor), 0, SimdTensor.of(gate), 0, SimdTensor.of(product), 0, tensor.size());
        return product;
    }

    private Tensor scratch(Shape shape, int slot) {
        return new SimdTensor(shape, scratch.get().array(slot, shape.size()));
    }

    @Override
    public void backward(Terms terms, Tensor gradient, Gradients gradients) {
        Extent x = terms.check(gradient);
        gradients.check(terms);
        if (byTransforms(terms, x)) {
            backwardByTransforms(Operands.of(x, terms), SimdTensor.of(gradient), gradients);
        } else {
            backwardInSteps(terms, gradient, gradients);
        }
    }

    private void backwardByTransforms(Operands o, float[] dy, Gradients gradients) {
        float[] dOutputGate = numbers(gradients.outputGate());
        if (dOutputGate != null) {
            spectral.outputGateGradient(o, dy, dOutputGate);
        }
        float[] dk = numbers(gradients.kernel());
        float[] dBack = numbers(gradients.back());
        if (dk != null || dBack != null) {
            spectral.kernelGradient(o, dy, dk, dBack);
        }
        float[] dSkip = numbers(gradients.skip());
        if (dSkip != null) {
            spectral.skipGradient(o, dy, dSkip);
        }
        float[] du = numbers(gradients.input());
        float[] dInputGate = numbers(gradients.inputGate());
        if (du != null || dInputGate != null) {
            spectral.inputGradient(o, dy, du, dInputGate, false);
        }
    }

    private static float @Nullable [] numbers(@Nullable Tensor tensor) {
        return tensor == null ? null : SimdTensor.of(tensor);
    }

    private void backwardInSteps(Terms terms, Tensor gradient, Gradients gradients) {
        Tensor x = gated(terms.input(), terms.inputGate(), GATED_INPUT);
        Tensor dc = gated(gradient, terms.outputGate(), GATED_GRADIENT);
        if (gradients.outputGate() != null) {
            Tensor c = scratch(gradient.shape(), RESULT);
            sum(terms, x, c);
            Rows.addProduct(SimdTensor.of(gradient), 0, SimdTensor.of(c), 0, SimdTensor.of(gradients.outputGate()), 0, gradient.size());
        }
        if (gradients.kernel() != null) {
            causal.kernelGradient(x, dc, gradients.kernel(), true);
        }
        if (gradients.skip() != null) {
            causal.skipGradient(x, dc, gradients.skip());
        }
        if (terms.inputGate() == null) {
            if (gradients.input() != null) {
                addInputGradient(terms, dc, gradients.input(), true);
            }
            return;
        }
        Tensor dx = scratch(terms.input().shape(), RESULT);
        addInputGradient(terms, dc, dx, false);
        if (gradients.input() != null) {
            Rows.addProduct(SimdTensor.of(terms.inputGate()), 0, SimdTensor.of(dx), 0, SimdTensor.of(gradients.input()), 0, dx.size());
        }
        if (gradients.inputGate() != null) {
            Rows.addProduct(SimdTensor.of(terms.input()), 0, SimdTensor.of(dx), 0, SimdTensor.of(gradients.inputGate()), 0, dx.size());
        }
    }

    private void addInputGradient(Terms terms, Tensor dc, Tensor dx, boolean accumulate) {
        causal.inputGradient(dc, terms.kernel(), dx, accumulate);
        if (terms.skip() != null) {
            causal.addScaledInputGradient(dc, terms.skip(), dx);
        }
    }

    @Override
    public void proceed(Terms terms, Tensor tail, Tensor y) {
        Extent x = terms.checkPiece(tail, y);
        spectral.proceed(Operands.forPiece(x, terms), SimdTensor.of(tail), SimdTensor.of(y));
    }
}
