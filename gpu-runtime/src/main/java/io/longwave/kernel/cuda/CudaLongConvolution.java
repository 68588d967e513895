package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.CausalConvolution.Extent;
import io.longwave.kernel.LongConvolution;
import io.longwave.tensor.Tensor;

/** {@link LongConvolution} by {@code longconv.cu}, with few taps by {@code causal_convolution.cu}. */
record CudaLongConvolution(RowConvolution convolution, ChannelScale scale) implements LongConvolution {

    @Override
    public void forward(Terms terms, Tensor y) {
        Extent x = terms.check(y);
        convolution.forward(ConvolutionTerms.of(x, terms), CudaTensor.of(y), false);
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
            convolution.forward(o.withOutputGate(dy), dOutputGate, true);
        }
        DeviceMemory dk = CudaTensor.orNull(gradients.kernel());
        DeviceMemory dBack = CudaTensor.orNull(gradients.back());
        if (dk != null || dBack != null) {
            convolution.kernelGradient(o, dy, dk, dBack, true);
        }
        DeviceMemory dSkip = CudaTensor.orNull(gradients.skip());
        if (dSkip != null) {
            scale.gradient(x, CudaTensor.of(terms.input()), o.inputGate(), dy, o.outputGate(), dSkip);
        }
        DeviceMemory du = CudaTensor.orNull(gradients.input());
        DeviceMemory dInputGate = CudaTensor.orNull(gradients.inputGate());
        if (du != null || dInputGate != null) {
            convolution.inputGradient(o, dy, du, dInputGate, true);
        }
    }

    @Override
    public void proceed(Terms terms, Tensor tail, Tensor y) {
        Extent x = terms.checkPiece(tail, y);
        convolution.proceed(ConvolutionTerms.of(x, terms), CudaTensor.of(tail), CudaTensor.of(y));
    }
}
