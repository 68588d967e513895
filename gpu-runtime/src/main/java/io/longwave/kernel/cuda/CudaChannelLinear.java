package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.ChannelLinear;
import io.longwave.kernel.MatrixProduct.Extent;
import io.longwave.tensor.Tensor;

/** {@link ChannelLinear} by the products of {@code matrix_product.cu}: y = W x, dx = Wᵀ dy, dW = dy xᵀ. */
record CudaChannelLinear(Launcher launcher, CudaMatrixProduct product) implements ChannelLinear {

    @Override
    public void forward(Tensor x, Tensor weight, @Nullable Tensor bias, Tensor y, boolean accumulate) {
        ChannelLinear.check(x, weight, bias, y);
        product.multiply(new Extent(1, weight.dim(0), x.dim(1), x.dim(0)), weight, false, x, false, bias, y, accumulate);
    }

    @Override
    public void backward(Tensor x, Tensor weight, Tensor gradient, @Nullable Tensor inputGradient, boolean accumulate,
            Tensor weightGradient, @Nullable Tensor biasGradient) {
        ChannelLinear.check(x, weight, biasGradient, gradient);
        ChannelLinear.check(x, weightGradient, biasGradient, gradient);
        int channels = x.dim(0);
        int outputs = weight.dim(0);
        int positions = x.dim(1);
        if (biasGradient != null) {
            PartSums.addRows(launcher, gradient, biasGradient);
        }
        product.multiply(new Extent(1, outputs, channels, positions), gradient, false, x, true, null, weightGradient, true);
        if (inputGradient != null) {
            ChannelLinear.check(inputGradient, weight, biasGradient, gradient);
            product.multiply(new Extent(1, channels, positions, outputs), weight, true, gradient, false, null, inputGradient, accumulate);
        }
    }
}
