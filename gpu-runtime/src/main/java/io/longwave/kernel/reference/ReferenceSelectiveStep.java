package io.longwave.kernel.reference;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SelectiveStep;
import io.longwave.tensor.Tensor;

/** Float32 like the fast one: what is compared here are bits, so the order of the multiply-adds is part of the definition. */
final class ReferenceSelectiveStep implements SelectiveStep {

    @Override
    public void step(System system, Tensor stateTensor, Tensor uTensor, Tensor deltaTensor, Tensor bTensor, Tensor cTensor,
            @Nullable Tensor zTensor, Tensor yTensor, int series) {
        SelectiveStep.check(system, stateTensor, uTensor, deltaTensor, bTensor, cTensor, zTensor, yTensor, series);
        double[] state = ReferenceTensor.of(stateTensor);
        double[] u = ReferenceTensor.of(uTensor);
        double[] delta = ReferenceTensor.of(deltaTensor);
        double[] b = ReferenceTensor.of(bTensor);
        double[] c = ReferenceTensor.of(cTensor);
        double[] z = zTensor == null ? new double[0] : ReferenceTensor.of(zTensor);
        double[] y = ReferenceTensor.of(yTensor);
        int n = system.states();
        for (int h = 0; h < system.channels(); h++) {
            int inputs = system.group(h) * n * series;
            for (int s = 0; s < series; s++) {
                int at = h * series + s;
                float input = (float) u[at];
                float dt = FloatDecay.softplus((float) delta[at] + system.deltaBias()[h]);
                float driven = system.exactHold() ? input : dt * input;
                float sum = 0;
                for (int i = 0; i < n; i++) {
                    float rate = system.a()[h * n + i];
                    float exponent = dt * (rate * FloatDecay.LOG2_E);
                    float drive = system.exactHold() ? hold(dt, rate, exponent) * driven : driven;
                    int x = (h * n + i) * series + s;
                    float next = Math.fma(FloatDecay.exp2(exponent), (float) state[x],
                            Math.fma(drive, (float) b[inputs + i * series + s], FloatDecay.REST));
                    sum = Math.fma((float) c[inputs + i * series + s], next, sum);
                    state[x] = next;
                }
                float out = Math.fma(system.skip()[h], input, sum);
                y[at] = zTensor == null ? out : out * silu((float) z[at]);
            }
        }
    }

    private static float silu(float gate) {
        return gate * FloatDecay.sigmoid(gate);
    }

    /** (exp(Δ A) − 1)/A, by its series where Δ A is small. */
    private static float hold(float dt, float rate, float exponent) {
        float product = dt * rate;
        return product > SMALL_HOLD
                ? dt * Math.fma(product, Math.fma(product, 1f / 6, 0.5f), 1f)
                : FloatDecay.exp2Minus1(exponent) * (1f / rate);
    }
}
