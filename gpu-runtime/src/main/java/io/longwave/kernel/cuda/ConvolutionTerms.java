package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.CausalConvolution.Extent;
import io.longwave.kernel.LongConvolution.Terms;
import io.longwave.tensor.Tensor;

/**
 * What is convolved, as memory and sizes; see {@link Terms}.
 *
 * @param u null where only gradients with respect to it are asked for
 * @param kernel null where only its gradient is asked for
 * @param rows R of kernels
 * @param taps of a kernel row, those past the sequence among them
 * @param halfWidth,threshold what taps go through, see {@link io.longwave.kernel.TapRegularization}
 */
record ConvolutionTerms(Extent x, @Nullable DeviceMemory u, @Nullable DeviceMemory kernel, int rows, int taps, @Nullable DeviceMemory back,
        int backTaps, @Nullable DeviceMemory skip, @Nullable DeviceMemory inputGate, @Nullable DeviceMemory outputGate,
        int halfWidth, @Nullable DeviceMemory threshold) {

    static ConvolutionTerms of(Extent x, Terms terms) {
        Tensor back = terms.back();
        return new ConvolutionTerms(x, CudaTensor.of(terms.input()), CudaTensor.of(terms.kernel()), terms.kernel().dim(0),
                terms.kernel().dim(1), CudaTensor.orNull(back), back == null ? 0 : back.dim(1), CudaTensor.orNull(terms.skip()),
                CudaTensor.orNull(terms.inputGate()), CudaTensor.orNull(terms.outputGate()), terms.regularization().halfWidth(),
                CudaTensor.orNull(terms.regularization().threshold()));
    }

    /** A convolution alone, of which one of the operands may be absent. */
    static ConvolutionTerms plain(Extent x, @Nullable Tensor u, Tensor shapeOfKernel, @Nullable Tensor kernel) {
        return new ConvolutionTerms(x, CudaTensor.orNull(u), CudaTensor.orNull(kernel), shapeOfKernel.dim(0), shapeOfKernel.dim(1), null, 0,
                null, null, null, 0, null);
    }

    /** The same with another gate after the sum. */
    ConvolutionTerms withOutputGate(@Nullable DeviceMemory gate) {
        return new ConvolutionTerms(x, u, kernel, rows, taps, back, backTaps, skip, inputGate, gate, halfWidth, threshold);
    }

    boolean isRegularized() { return halfWidth > 0 || threshold != null; }

    /** The same with taps that have gone through it. */
    ConvolutionTerms withRegularTaps(@Nullable DeviceMemory regular, @Nullable DeviceMemory regularBack) {
        return new ConvolutionTerms(x, u, regular, rows, taps, regularBack, backTaps, skip, inputGate, outputGate, 0, null);
    }

    int channelsPerRow() {
        return x.channels() / rows;
    }

    boolean isEmpty() { return x.channels() == 0 || x.batch() == 0 || x.length() == 0; }

    /** Taps that reach anything within the row. */
    int usedTaps() {
        return Math.min(taps, x.length());
    }

    /** Taps of the future that reach anything within the row. */
    int usedBackTaps() {
        return Math.min(backTaps, Math.max(0, x.length() - 1));
    }
}
