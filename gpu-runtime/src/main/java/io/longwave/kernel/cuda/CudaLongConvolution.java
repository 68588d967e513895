package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.CausalConvolution.Extent;
import io.longwave.kernel.LongConvolution;
import io.longwave.tensor.Tensor;

/** {@link LongConvolution} by {@code longconv.cu}. */
record CudaLongConvolution(SpectralConvolution spectral, ChannelScale scale) implements LongConvolution {

    @Override
    public void forward(Terms terms, Tensor y) {
        Extent x = terms.check(y);
        spectral.forward(ConvolutionTerms.of(x, terms), CudaTensor.of(y), false);
    }

    @Override
    public void backward(Terms terms, Tensor gradient, Gradients gradients) {
        Extent x = terms.check(gradient);
        gradients.check(terms);
        ConvolutionTerms o = ConvolutionTerms.of(x, terms);
        DeviceMemory dy = CudaTensor.of(gradient);
        DeviceMemory dOutputGate = CudaTensor.orNull(gradients.outputGate());
        if (dOutputGate != null) {
            // dGate += dy c is the forward pass with dy in the place of the gate
            spectral.forward(o.withOutputGate(dy), dOutputGate, true);
        }
        DeviceMemory dk = CudaTensor.orNull(gradients.kernel());
        DeviceMemory dBack = CudaTensor.orNull(gradients.back());
        if (dk != null || dBack != null) {
            spectral.kernelGradient(o, dy, dk, dBack, true);
        }
        DeviceMemory dSkip = CudaTensor.orNull(gradients.skip());
        if (dSkip != null) {
            scale.gradient(o, dy, dSkip);
        }
        DeviceMemory du = CudaTensor.orNull(gradients.input());
        DeviceMemory dInputGate = CudaTensor.orNull(gradients.inputGate());
        if (du != null || dInputGate != null) {
            spectral.inputGradient(o, dy, du, dInputGate, true);
        }
    }

    @Override
    public void proceed(Terms terms, Tensor tail, Tensor y) {
        Extent x = terms.checkPiece(tail, y);
        spectral.proceed(ConvolutionTerms.of(x, terms), CudaTensor.of(tail), CudaTensor.of(y));
    }
}
