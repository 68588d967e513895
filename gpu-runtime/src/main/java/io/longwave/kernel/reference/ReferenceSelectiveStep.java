package io.longwave.kernel.reference;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SelectiveStep;

/** Float32 like the fast one: what is compared here are bits, so the order of the multiply-adds is part of the definition. */
final class ReferenceSelectiveStep implements SelectiveStep {

    @Override
    public void step(System system, float[] state, float[] u, float[] delta, float[] b, float[] c, float @Nullable [] z, float[] y,
            int series) {
        SelectiveStep.check(system, state, u, delta, b, c, z, y, series);
        int n = system.states();
        for (int h = 0; h < system.channels(); h++) {
            int inputs = system.group(h) * n * series;
            for (int s = 0; s < series; s++) {
                int at = h * series + s;
                float input = u[at];
                float dt = FloatDecay.softplus(delta[at] + system.deltaBias()[h]);
                float driven = system.exactHold() ? input : dt * input;
                float sum = 0;
                for (int i = 0; i < n; i++) {
                    float rate = system.a()[h * n + i];
                    float exponent = dt * (rate * FloatDecay.LOG2_E);
                    float drive = system.exactHold() ? hold(dt, rate, exponent) * driven : driven;
                    int x = (h * n + i) * series + s;
                    float next = Math.fma(FloatDecay.exp2(exponent), state[x],
                            Math.fma(drive, b[inputs + i * series + s], FloatDecay.REST));
                    sum = Math.fma(c[inputs + i * series + s], next, sum);
                    state[x] = next;
                }
                float out = Math.fma(system.skip()[h], input, sum);
                y[at] = z == null ? out : out * (z[at] * FloatDecay.sigmoid(z[at]));
            }
        }
    }

    /** (exp(Δ A) − 1)/A, by its series where Δ A is small. */
    private static float hold(float dt, float rate, float exponent) {
        float product = dt * rate;
        return product > SMALL_HOLD
                ? dt * Math.fma(product, Math.fma(product, 1f / 6, 0.5f), 1f)
                : FloatDecay.exp2Minus1(exponent) * (1f / rate);
    }
}
