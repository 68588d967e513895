package io.longwave.kernel.reference;

import io.longwave.kernel.Dropout;
import io.longwave.kernel.DropoutMask;
import io.longwave.kernel.Pointwise;
import io.longwave.tensor.Tensor;

final class ReferenceDropoutMask implements DropoutMask {

    @Override
    public void apply(Dropout dropout, Tensor xTensor, Tensor yTensor, boolean accumulate) {
        Pointwise.check(xTensor, yTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] y = ReferenceTensor.of(yTensor);
        for (int i = 0; i < x.length; i++) {
            double kept = dropout.keeps(i) ? dropout.scale() * x[i] : 0;
            y[i] = accumulate ? y[i] + kept : kept;
        }
    }
}
