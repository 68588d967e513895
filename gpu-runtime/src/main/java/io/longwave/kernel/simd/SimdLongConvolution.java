package io.longwave.kernel.simd;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.CausalConvolution.Extent;
import io.longwave.kernel.LongConvolution;
import io.longwave.kernel.simd.SpectralConvolution.Operands;
import io.longwave.tensor.Tensor;

/** By transforms, see {@link SpectralConvolution}. */
final class SimdLongConvolution implements LongConvolution {
    private final SpectralConvolution spectral;

    SimdLongConvolution(SpectralConvolution spectral) {
        this.spectral = spectral;
    }

    @Override
    public void forward(Terms terms, Tensor y) {
        Extent x = terms.check(y);
        spectral.forward(Operands.of(x, terms), SimdTensor.of(y), false);
    }

    @Override
    public void backward(Terms terms, Tensor gradient, Gradients gradients) {
        Extent x = terms.check(gradient);
        gradients.check(terms);
        Operands o = Operands.of(x, terms);
        float[] dy = SimdTensor.of(gradient);
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

    @Override
    public void proceed(Terms terms, Tensor tail, Tensor y) {
        Extent x = terms.checkPiece(tail, y);
        spectral.proceed(Operands.forPiece(x, terms), SimdTensor.of(tail), SimdTensor.of(y));
    }
}
