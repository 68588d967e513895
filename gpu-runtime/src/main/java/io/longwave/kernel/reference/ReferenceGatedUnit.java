package io.longwave.kernel.reference;

import io.longwave.kernel.GatedUnit;
import io.longwave.tensor.Tensor;

final class ReferenceGatedUnit implements GatedUnit {

    @Override
    public void forward(Tensor xTensor, Tensor yTensor, boolean accumulate) {
        GatedUnit.check(xTensor, yTensor);
        double[] x = ReferenceTensor.of(xTensor);
        double[] y = ReferenceTensor.of(yTensor);
        for (int i = 0; i < y.length; i++) {
            double value = x[i] * ReferencePointwise.sigmoid(x[y.length + i]);
            y[i] = accumulate ? y[i] + value : value;
        }
    }

    @Override
    public void backward(Tensor xTensor, Tensor gradient, Tensor target, boolean accumulate) {
        GatedUnit.check(xTensor, gradient);
        GatedUnit.check(target, gradient);
        double[] x = ReferenceTensor.of(xTensor);
        double[] dy = ReferenceTensor.of(gradient);
        double[] dx = ReferenceTensor.of(target);
        int n = dy.length;
        for (int i = 0; i < n; i++) {
            double gate = ReferencePointwise.sigmoid(x[n + i]);
            double da = dy[i] * gate;
            double db = dy[i] * x[i] * gate * (1 - gate);
            dx[i] = accumulate ? dx[i] + da : da;
            dx[n + i] = accumulate ? dx[n + i] + db : db;
        }
    }
}
