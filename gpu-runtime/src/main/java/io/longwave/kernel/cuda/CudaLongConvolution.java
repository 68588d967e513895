package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.CausalConvolution.Extent;
import io.longwave.kernel.LongConvolution;
import io.longwave.kernel.TapRegularization;
import io.longwave.tensor.Tensor;

/** {@link LongConvolution} by {@code longconv.cu}, with few taps by {@code causal_convolution.cu}. */
record CudaLongConvolution(RowConvolution convolution, ChannelScale scale, TapRegularization regularization) implements LongConvolution {

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
        if (gradients.kernel() != null || gradients.back() != null) {
            kernelGradient(terms, o, dy, gradients);
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

    private void kernelGradient(Terms terms, ConvolutionTerms o, DeviceMemory dy, Gradients gradients) {
        if (!o.isRegularized()) {
            convolution.kernelGradient(o, dy, CudaTensor.orNull(gradients.kernel()), CudaTensor.orNull(gradients.back()), true);
            return;
        }
        try (Regular kernel = new Regular(terms.kernel(), gradients.kernel()); Regular back = new Regular(terms.back(), gradients.back())) {
            convolution.kernelGradient(o, dy, kernel.memory, back.memory, true);
            kernel.through(terms.regularization());
            back.through(terms.regularization());
        }
    }

    /** A gradient by taps as they are convolved, on its way to that of the taps. */
    private final class Regular implements AutoCloseable {
        final @Nullable Tensor taps;
        final @Nullable Tensor target;
        final @Nullable DeviceMemory memory;

        Regular(@Nullable Tensor taps, @Nullable Tensor target) {
            this.taps = taps;
            this.target = target;
            this.memory = target == null ? null : convolution.launcher().scratch(target.size());
            if (memory != null) {
                convolution.launcher().device().clear(memory);
            }
        }

        void through(TapRegularization.Settings settings) {
            if (taps != null && target != null && memory != null) {
                regularization.backward(taps, settings, new CudaTensor(target.shape(), memory), target, true);
            }
        }

        @Override
        public void close() {
            if (memory != null) {
                memory.close();
            }
        }
    }

    @Override
    public void proceed(Terms terms, Tensor tail, Tensor y) {
        Extent x = terms.checkPiece(tail, y);
        convolution.proceed(ConvolutionTerms.of(x, terms), CudaTensor.of(tail), CudaTensor.of(y));
    }
}
