package io.longwave.kernel.simd;

import static io.longwave.kernel.FloatDecay.Q1;
import static io.longwave.kernel.FloatDecay.Q2;
import static io.longwave.kernel.FloatDecay.Q3;
import static io.longwave.kernel.FloatDecay.Q4;
import static io.longwave.kernel.FloatDecay.Q5;
import static io.longwave.kernel.FloatDecay.ROUND;
import static io.longwave.kernel.FloatDecay.SMALLEST_EXPONENT;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SelectiveStep;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes run over the series, block by block as in {@link SimdDiagonalStep}: step size, driven input and sum of a block wait in the
 * first-level cache while the states of a channel pass by.
 */
final class SimdSelectiveStep implements SelectiveStep {
    private static final VectorSpecies<Float> LANES = SimdDecay.LANES;
    private static final int WIDTH = LANES.length();
    private static final int BLOCK = 2048;
    /** Places in the scratch array of a block. */
    private static final int SIZES = 0;
    private static final int DRIVEN = BLOCK;
    private static final int SUMS = 2 * BLOCK;
    private static final int DECAYS = 3 * BLOCK;
    private static final int HOLDS = 4 * BLOCK;
    private static final int RATE = 5 * BLOCK;

    private final ThreadLocal<Scratch> scratch;

    SimdSelectiveStep(ThreadLocal<Scratch> scratch) {
        this.scratch = scratch;
    }

    @Override
    public void step(System system, float[] state, float[] u, float[] delta, float[] b, float[] c, float @Nullable [] z, float[] y,
            int series) {
        SelectiveStep.check(system, state, u, delta, b, c, z, y, series);
        float[] s = scratch.get().array(0, RATE + WIDTH);
        int n = system.states();
        for (int h = 0; h < system.channels(); h++) {
            int inputs = system.group(h) * n * series;
            for (int from = 0; from < series; from += BLOCK) {
                int count = Math.min(BLOCK, series - from);
                int at = h * series + from;
                drive(system, h, u, delta, at, s, count);
                Arrays.fill(s, SUMS, SUMS + count, 0f);
                for (int i = 0; i < n; i++) {
                    float rate = system.a()[h * n + i];
                    int x = (h * n + i) * series + from;
                    int input = inputs + i * series + from;
                    if (system.exactHold()) {
                        Arrays.fill(s, RATE, RATE + WIDTH, rate);
                        SimdDecay.decays(s, SIZES, RATE, DECAYS, count);
                        SimdDecay.holds(s, SIZES, RATE, HOLDS, count);
                        held(s, state, x, b, c, input, count);
                    } else {
                        step(rate * FloatDecay.LOG2_E, s, state, x, b, c, input, count);
                    }
                }
                read(system.skip()[h], s, u, z, y, at, count);
            }
        }
    }

    /** Δ of a block, and what B is multiplied with: Δ u, or u where the hold is exact. */
    private static void drive(System system, int h, float[] u, float[] delta, int at, float[] s, int count) {
        float bias = system.deltaBias()[h];
        for (int i = 0; i < count; i++) {
            s[SIZES + i] = delta[at + i] + bias;
        }
        SimdDecay.softplus(s, SIZES, SIZES, count);
        if (system.exactHold()) {
            java.lang.System.arraycopy(u, at, s, DRIVEN, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            s[DRIVEN + i] = s[SIZES + i] * u[at + i];
        }
    }

    private static void step(float rate2, float[] s, float[] state, int x, float[] b, float[] c, int input, int count) {
        FloatVector rates = FloatVector.broadcast(LANES, rate2);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector q1 = FloatVector.broadcast(LANES, Q1);
        FloatVector q2 = FloatVector.broadcast(LANES, Q2);
        FloatVector q3 = FloatVector.broadcast(LANES, Q3);
        FloatVector q4 = FloatVector.broadcast(LANES, Q4);
        FloatVector q5 = FloatVector.broadcast(LANES, Q5);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector exponent = FloatVector.fromArray(LANES, s, SIZES + i).mul(rates);
            FloatVector bounded = exponent.blend(SMALLEST_EXPONENT, exponent.compare(VectorOperators.LT, SMALLEST_EXPONENT));
            FloatVector shifted = bounded.add(ROUND);
            FloatVector r = bounded.sub(shifted.sub(ROUND));
            FloatVector p = r.fma(q5, q4);
            p = p.fma(r, q3);
            p = p.fma(r, q2);
            p = p.fma(r, q1);
            p = p.fma(r, one);
            FloatVector decay = p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector drive = FloatVector.fromArray(LANES, s, DRIVEN + i).fma(FloatVector.fromArray(LANES, b, input + i), rest);
            FloatVector next = decay.fma(FloatVector.fromArray(LANES, state, x + i), drive);
            next.intoArray(state, x + i);
            FloatVector.fromArray(LANES, c, input + i).fma(next, FloatVector.fromArray(LANES, s, SUMS + i)).intoArray(s, SUMS + i);
        }
        for (int i = bound; i < count; i++) {
            float next = Math.fma(FloatDecay.exp2(s[SIZES + i] * rate2), state[x + i],
                    Math.fma(s[DRIVEN + i], b[input + i], FloatDecay.REST));
            state[x + i] = next;
            s[SUMS + i] = Math.fma(c[input + i], next, s[SUMS + i]);
        }
    }

    /** The same with decays and holds of the block at hand. */
    private static void held(float[] s, float[] state, int x, float[] b, float[] c, int input, int count) {
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector drive = FloatVector.fromArray(LANES, s, HOLDS + i).mul(FloatVector.fromArray(LANES, s, DRIVEN + i))
                    .fma(FloatVector.fromArray(LANES, b, input + i), rest);
            FloatVector next = FloatVector.fromArray(LANES, s, DECAYS + i).fma(FloatVector.fromArray(LANES, state, x + i), drive);
            next.intoArray(state, x + i);
            FloatVector.fromArray(LANES, c, input + i).fma(next, FloatVector.fromArray(LANES, s, SUMS + i)).intoArray(s, SUMS + i);
        }
        for (int i = bound; i < count; i++) {
            float next = Math.fma(s[DECAYS + i], state[x + i], Math.fma(s[HOLDS + i] * s[DRIVEN + i], b[input + i], FloatDecay.REST));
            state[x + i] = next;
            s[SUMS + i] = Math.fma(c[input + i], next, s[SUMS + i]);
        }
    }

    private static void read(float skip, float[] s, float[] u, float @Nullable [] z, float[] y, int at, int count) {
        for (int i = 0; i < count; i++) {
            s[SUMS + i] = Math.fma(skip, u[at + i], s[SUMS + i]);
        }
        if (z == null) {
            java.lang.System.arraycopy(s, SUMS, y, at, count);
            return;
        }
        java.lang.System.arraycopy(z, at, s, DRIVEN, count);
        SimdDecay.sigmoid(s, DRIVEN, s, SIZES, count);
        for (int i = 0; i < count; i++) {
            y[at + i] = s[SUMS + i] * (s[DRIVEN + i] * s[SIZES + i]);
        }
    }
}
