package io.longwave.kernel.cuda;

import io.longwave.kernel.CausalConvolution;
import io.longwave.tensor.Tensor;

/** {@link CausalConvolution} by {@code causal_convolution.cu} for few taps and {@code longconv.cu} for many. */
record CudaCausalConvolution(RowConvolution convolution, ChannelScale scale) implements CausalConvolution {

    @Override
    public void forward(Tensor u, Tensor kernel, Tensor y, boolean accumulate) {
        Extent x = Extent.check(u, kernel, y);
        convolution.forward(ConvolutionTerms.plain(x, u, kernel, kernel), CudaTensor.of(y), accumulate);
    }

    @Override
    public void inputGradient(Tensor gradient, Tensor kernel, Tensor inputGradient, boolean accumulate) {
        Extent x = Extent.check(inputGradient, kernel, gradient);
        convolution.inputGradient(ConvolutionTerms.plain(x, null, kernel, kernel), CudaTensor.of(gradient), CudaTensor.of(inputGradient),
                null, accumulate);
    }

    @Override
    public void kernelGradient(Tensor u, Tensor gradient, Tensor kernelGradient, boolean accumulate) {
        Extent x = Extent.check(u, kernelGradient, gradient);
        convolution.kernelGradient(ConvolutionTerms.plain(x, u, kernelGradient, null), CudaTensor.of(gradient),
                CudaTensor.of(kernelGradient), null, accumulate);
    }

    @Override
    public void addScaled(Tensor u, Tensor skip, Tensor y) {
        Extent x = Extent.check(u, y);
        skip.requireShape("skip", x.channels());
        scale.add(x, CudaTensor.of(u), CudaTensor.of(skip), CudaTensor.of(y));
    }

    @Override
    public void skipGradient(Tensor u, Tensor gradient, Tensor skipGradient) {
        Extent x = Extent.check(u, gradient);
        skipGradient.requireShape("skip gradient", x.channels());
        scale.gradient(x, CudaTensor.of(u), null, CudaTensor.of(gradient), null, CudaTensor.of(skipGradient));
    }

    @Override
    public void addScaledInputGradient(Tensor gradient, Tensor skip, Tensor inputGradient) {
        Extent x = Extent.check(inputGradient, gradient);
        skip.requireShape("skip", x.channels());
        scale.addInputGradient(x, CudaTensor.of(gradient), CudaTensor.of(skip), CudaTensor.of(inputGradient));
    }
}
