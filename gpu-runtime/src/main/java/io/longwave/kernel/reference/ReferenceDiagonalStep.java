package io.longwave.kernel.reference;

import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.FloatDecay;
import io.longwave.tensor.Tensor;

/** Float32 like the fast one: what is compared here are bits, so the order of the multiply-adds is part of the definition. */
final class ReferenceDiagonalStep implements DiagonalStep {

    @Override
    public void step(Modes modes, Tensor stateTensor, Tensor uTensor, Tensor yTensor, int series) {
        DiagonalStep.check(modes, stateTensor, uTensor, yTensor, series);
        double[] state = ReferenceTensor.of(stateTensor);
        double[] u = ReferenceTensor.of(uTensor);
        double[] y = ReferenceTensor.of(yTensor);
        int n = modes.modes();
        for (int h = 0; h < modes.channels(); h++) {
            for (int s = 0; s < series; s++) {
                float input = (float) u[h * series + s];
                float sum = 0;
                for (int m = h * n; m < (h + 1) * n; m++) {
                    int re = 2 * m * series + s;
                    int im = re + series;
                    float xRe = (float) state[re];
                    float xIm = (float) state[im];
                    float nextRe = Math.fma(modes.aRe()[m], xRe,
                            Math.fma(-modes.aIm()[m], xIm, Math.fma(modes.bRe()[m], input, FloatDecay.REST)));
                    float nextIm = Math.fma(modes.aRe()[m], xIm,
                            Math.fma(modes.aIm()[m], xRe, Math.fma(modes.bIm()[m], input, FloatDecay.REST)));
                    sum = Math.fma(-modes.cIm()[m], nextIm, Math.fma(modes.cRe()[m], nextRe, sum));
                    state[re] = nextRe;
                    state[im] = nextIm;
                }
                y[h * series + s] = Math.fma(2f, sum, modes.skip()[h] * input);
            }
        }
    }
}
