package io.longwave.kernel.reference;

import io.longwave.kernel.FiniteStep;
import io.longwave.tensor.Tensor;

/** Float32 like the fast one: what is compared here are bits. */
final class ReferenceFiniteStep implements FiniteStep {

    @Override
    public void step(Tensor tapTensor, Tensor stateTensor, Tensor uTensor, Tensor yTensor, int series) {
        FiniteStep.check(tapTensor, stateTensor, uTensor, yTensor, series);
        double[] taps = ReferenceTensor.of(tapTensor);
        double[] state = ReferenceTensor.of(stateTensor);
        double[] u = ReferenceTensor.of(uTensor);
        double[] y = ReferenceTensor.of(yTensor);
        int count = tapTensor.dim(1);
        for (int h = 0; h < tapTensor.dim(0); h++) {
            for (int s = 0; s < series; s++) {
                float input = (float) u[h * series + s];
                for (int m = 0; m < count; m++) {
                    int at = (h * count + m) * series + s;
                    float tap = (float) taps[h * count + m];
                    state[at] = m == count - 1 ? tap * input : Math.fma(tap, input, (float) state[at + series]);
                }
                y[h * series + s] = state[h * count * series + s];
            }
        }
    }
}
