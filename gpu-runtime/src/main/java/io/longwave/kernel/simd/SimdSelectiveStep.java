package io.longwave.kernel.simd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SelectiveStep;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes run over the series, block by block as in {@link SimdDiagonalStep}: step size, driven input and sum of a block wait in the
 * first-level cache while the states of a channel pass by.
 */
final class SimdSelectiveStep implements SelectiveStep {
    private static final VectorSpecies<Float> LANES = SimdDecay.LANES;
    private static final int WIDTH = LANES.length();
    private static final int BLOCK = 1024;

    private final ThreadLocal<Scratch> scratch;

    SimdSelectiveStep(ThreadLocal<Scratch> scratch) {
        this.scratch = scratch;
    }

    @Override
    public void step(System system, float[] state, float[] u, float[] delta, float[] b, float[] c, float @Nullable [] z, float[] y,
            int series) {
        SelectiveStep.check(system, state, u, delta, b, c, z, y, series);
        float[] sizes = scratch.get().array(0, BLOCK);
        float[] driven = scratch.get().array(1, BLOCK);
        float[] sums = scratch.get().array(2, BLOCK);
        int n = system.states();
        for (int h = 0; h < system.channels(); h++) {
            int inputs = system.group(h) * n * series;
            for (int from = 0; from < series; from += BLOCK) {
                int count = Math.min(BLOCK, series - from);
                int at = h * series + from;
                drive(system, h, u, delta, at, sizes, driven, count);
                Arrays.fill(sums, 0, count, 0f);
                for (int i = 0; i < n; i++) {
                    float rate = system.a()[h * n + i];
                    int x = (h * n + i) * series + from;
                    int input = inputs + i * series + from;
                    if (system.exactHold()) {
                        hold(rate, state, x, sizes, driven, b, c, input, sums, count);
                    } else {
                        step(rate * FloatDecay.LOG2_E, state, x, sizes, driven, b, c, input, sums, count);
                    }
                }
                read(system.skip()[h], sums, u, z, y, at, count);
            }
        }
    }

    /** Δ of a block, and what B is multiplied with: Δ u, or u where the hold is exact. */
    private static void drive(System system, int h, float[] u, float[] delta, int at, float[] sizes, float[] driven, int count) {
        float bias = system.deltaBias()[h];
        boolean exact = system.exactHold();
        int bound = LANES.loopBound(count);
        for (int s = 0; s < bound; s += WIDTH) {
            FloatVector dt = SimdDecay.softplus(FloatVector.fromArray(LANES, delta, at + s).add(bias));
            FloatVector input = FloatVector.fromArray(LANES, u, at + s);
            dt.intoArray(sizes, s);
            (exact ? input : dt.mul(input)).intoArray(driven, s);
        }
        for (int s = bound; s < count; s++) {
            float dt = FloatDecay.softplus(delta[at + s] + bias);
            sizes[s] = dt;
            driven[s] = exact ? u[at + s] : dt * u[at + s];
        }
    }

    private static void step(float rate2, float[] state, int x, float[] sizes, float[] driven, float[] b, float[] c, int input,
            float[] sums, int count) {
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        int bound = LANES.loopBound(count);
        for (int s = 0; s < bound; s += WIDTH) {
            FloatVector decay = SimdDecay.exp2(FloatVector.fromArray(LANES, sizes, s).mul(rate2));
            FloatVector drive = FloatVector.fromArray(LANES, driven, s).fma(FloatVector.fromArray(LANES, b, input + s), rest);
            FloatVector next = decay.fma(FloatVector.fromArray(LANES, state, x + s), drive);
            next.intoArray(state, x + s);
            FloatVector.fromArray(LANES, c, input + s).fma(next, FloatVector.fromArray(LANES, sums, s)).intoArray(sums, s);
        }
        for (int s = bound; s < count; s++) {
            float next = Math.fma(FloatDecay.exp2(sizes[s] * rate2), state[x + s],
                    Math.fma(driven[s], b[input + s], FloatDecay.REST));
            state[x + s] = next;
            sums[s] = Math.fma(c[input + s], next, sums[s]);
        }
    }

    private static void hold(float rate, float[] state, int x, float[] sizes, float[] driven, float[] b, float[] c, int input,
            float[] sums, int count) {
        float rate2 = rate * FloatDecay.LOG2_E;
        float inverse = 1f / rate;
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector a = FloatVector.broadcast(LANES, rate);
        FloatVector inverses = FloatVector.broadcast(LANES, inverse);
        int bound = LANES.loopBound(count);
        for (int s = 0; s < bound; s += WIDTH) {
            FloatVector dt = FloatVector.fromArray(LANES, sizes, s);
            FloatVector exponent = dt.mul(rate2);
            FloatVector hold = SimdDecay.hold(dt, a, exponent, inverses);
            FloatVector drive = hold.mul(FloatVector.fromArray(LANES, driven, s)).fma(FloatVector.fromArray(LANES, b, input + s), rest);
            FloatVector next = SimdDecay.exp2(exponent).fma(FloatVector.fromArray(LANES, state, x + s), drive);
            next.intoArray(state, x + s);
            FloatVector.fromArray(LANES, c, input + s).fma(next, FloatVector.fromArray(LANES, sums, s)).intoArray(sums, s);
        }
        for (int s = bound; s < count; s++) {
            float dt = sizes[s];
            float product = dt * rate;
            float exponent = dt * rate2;
            float hold = product > SMALL_HOLD
                    ? dt * Math.fma(product, Math.fma(product, 1f / 6, 0.5f), 1f)
                    : FloatDecay.exp2Minus1(exponent) * inverse;
            float next = Math.fma(FloatDecay.exp2(exponent), state[x + s], Math.fma(hold * driven[s], b[input + s], FloatDecay.REST));
            state[x + s] = next;
            sums[s] = Math.fma(c[input + s], next, sums[s]);
        }
    }

    private static void read(float skip, float[] sums, float[] u, float @Nullable [] z, float[] y, int at, int count) {
        int bound = LANES.loopBound(count);
        FloatVector d = FloatVector.broadcast(LANES, skip);
        for (int s = 0; s < bound; s += WIDTH) {
            FloatVector out = d.fma(FloatVector.fromArray(LANES, u, at + s), FloatVector.fromArray(LANES, sums, s));
            if (z != null) {
                FloatVector gate = FloatVector.fromArray(LANES, z, at + s);
                out = out.mul(gate.mul(SimdDecay.sigmoid(gate)));
            }
            out.intoArray(y, at + s);
        }
        for (int s = bound; s < count; s++) {
            float out = Math.fma(skip, u[at + s], sums[s]);
            y[at + s] = z == null ? out : out * (z[at + s] * FloatDecay.sigmoid(z[at + s]));
        }
    }
}
