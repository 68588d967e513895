package io.longwave.kernel.simd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SelectiveStep;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes run over the series, block by block as in {@link SimdDiagonalStep}: step size, driven input and sum of a block wait in the
 * first-level cache while the states of a channel pass by. Exponentials come first and updates after them, four states in one pass: an update
 * is so short then that the processor reaches many lines ahead in the state, where one loop of both stood still for each.
 */
final class SimdSelectiveStep implements SelectiveStep {
    private static final VectorSpecies<Float> LANES = SimdDecay.LANES;
    private static final int WIDTH = LANES.length();
    /** Seven rows of a block fit into the first-level cache; shorter ones are over before the processor has begun to fetch ahead. */
    private static final int BLOCK = 1024;
    /** From one place of a block to the next: apart by no multiple of a page, or all would compete for the same few lines of the cache. */
    private static final int ROOM = BLOCK + 160;
    /** States that are updated in one pass. */
    private static final int TOGETHER = 4;
    /** Places in the scratch array of a block. */
    private static final int SIZES = 0;
    private static final int DRIVEN = ROOM;
    private static final int SUMS = 2 * ROOM;
    private static final int DECAYS = 3 * ROOM;
    private static final int HOLDS = 4 * ROOM; // with four states together, the decays of the second
    private static final int RATES = (3 + TOGETHER) * ROOM;

    private final ThreadLocal<Scratch> scratch;

    SimdSelectiveStep(ThreadLocal<Scratch> scratch) {
        this.scratch = scratch;
    }

    @Override
    public void step(System system, Tensor stateTensor, Tensor uTensor, Tensor deltaTensor, Tensor bTensor, Tensor cTensor,
            @Nullable Tensor zTensor, Tensor yTensor, int series) {
        SelectiveStep.check(system, stateTensor, uTensor, deltaTensor, bTensor, cTensor, zTensor, yTensor, series);
        float[] state = SimdTensor.of(stateTensor);
        float[] u = SimdTensor.of(uTensor);
        float[] delta = SimdTensor.of(deltaTensor);
        float[] b = SimdTensor.of(bTensor);
        float[] c = SimdTensor.of(cTensor);
        float @Nullable [] z = SimdTensor.orNull(zTensor);
        float[] y = SimdTensor.of(yTensor);
        float[] s = scratch.get().array(0, RATES + 2 * WIDTH);
        int n = system.states();
        for (int h = 0; h < system.channels(); h++) {
            int inputs = system.group(h) * n * series;
            for (int from = 0; from < series; from += BLOCK) {
                int count = Math.min(BLOCK, series - from);
                int at = h * series + from;
                float largest = drive(system, h, u, delta, at, s, count);
                Arrays.fill(s, SUMS, SUMS + count, 0f);
                int i = 0;
                for (; !system.exactHold() && i + TOGETHER <= n; i += TOGETHER) {
                    for (int pair = 0; pair < TOGETHER; pair += 2) {
                        Arrays.fill(s, RATES, RATES + WIDTH, system.a()[h * n + i + pair]);
                        Arrays.fill(s, RATES + WIDTH, RATES + 2 * WIDTH, system.a()[h * n + i + pair + 1]);
                        SimdDecay.twoDecays(s, SIZES, largest, RATES, DECAYS + pair * ROOM, ROOM, count);
                    }
                    four(s, state, (h * n + i) * series + from, b, c, inputs + i * series + from, series, count);
                }
                for (; i < n; i++) {
                    int x = (h * n + i) * series + from;
                    int input = inputs + i * series + from;
                    Arrays.fill(s, RATES, RATES + WIDTH, system.a()[h * n + i]);
                    SimdDecay.decays(s, SIZES, RATES, DECAYS, count);
                    if (system.exactHold()) {
                        SimdDecay.holds(s, SIZES, RATES, HOLDS, count);
                        Rows.multiply(s, HOLDS, s, DRIVEN, s, HOLDS, count);
                        one(s, HOLDS, state, x, b, c, input, count);
                    } else {
                        one(s, DRIVEN, state, x, b, c, input, count);
                    }
                }
                read(system.skip()[h], s, u, z, y, at, count);
            }
        }
    }

    /** Δ of a block, and what B is multiplied with: Δ u, or u where the hold is exact. Returns the largest Δ. */
    private static float drive(System system, int h, float[] u, float[] delta, int at, float[] s, int count) {
        float bias = system.deltaBias()[h];
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector.fromArray(LANES, delta, at + i).add(bias).intoArray(s, SIZES + i);
        }
        for (int i = bound; i < count; i++) {
            s[SIZES + i] = delta[at + i] + bias;
        }
        SimdDecay.softplus(s, SIZES, SIZES, count);
        if (system.exactHold()) {
            java.lang.System.arraycopy(u, at, s, DRIVEN, count);
        } else {
            Rows.multiply(s, SIZES, u, at, s, DRIVEN, count);
        }
        return SimdDecay.largest(s, SIZES, count, s, RATES);
    }

    /** Four states: their rows are fetched side by side, and the sum is read and written once. */
    private static void four(float[] s, float[] state, int x0, float[] b, float[] c, int input0, int series, int count) {
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        int x1 = x0 + series;
        int x2 = x1 + series;
        int x3 = x2 + series;
        int input1 = input0 + series;
        int input2 = input1 + series;
        int input3 = input2 + series;
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector driven = FloatVector.fromArray(LANES, s, DRIVEN + i);
            FloatVector next0 = FloatVector.fromArray(LANES, s, DECAYS + i).fma(FloatVector.fromArray(LANES, state, x0 + i),
                    driven.fma(FloatVector.fromArray(LANES, b, input0 + i), rest));
            FloatVector next1 = FloatVector.fromArray(LANES, s, DECAYS + ROOM + i).fma(FloatVector.fromArray(LANES, state, x1 + i),
                    driven.fma(FloatVector.fromArray(LANES, b, input1 + i), rest));
            FloatVector next2 = FloatVector.fromArray(LANES, s, DECAYS + 2 * ROOM + i).fma(FloatVector.fromArray(LANES, state, x2 + i),
                    driven.fma(FloatVector.fromArray(LANES, b, input2 + i), rest));
            FloatVector next3 = FloatVector.fromArray(LANES, s, DECAYS + 3 * ROOM + i).fma(FloatVector.fromArray(LANES, state, x3 + i),
                    driven.fma(FloatVector.fromArray(LANES, b, input3 + i), rest));
            next0.intoArray(state, x0 + i);
            next1.intoArray(state, x1 + i);
            next2.intoArray(state, x2 + i);
            next3.intoArray(state, x3 + i);
            FloatVector sum = FloatVector.fromArray(LANES, c, input0 + i).fma(next0, FloatVector.fromArray(LANES, s, SUMS + i));
            sum = FloatVector.fromArray(LANES, c, input1 + i).fma(next1, sum);
            sum = FloatVector.fromArray(LANES, c, input2 + i).fma(next2, sum);
            FloatVector.fromArray(LANES, c, input3 + i).fma(next3, sum).intoArray(s, SUMS + i);
        }
        for (int i = bound; i < count; i++) {
            float sum = s[SUMS + i];
            for (int k = 0; k < TOGETHER; k++) {
                int x = x0 + k * series + i;
                float next = Math.fma(s[DECAYS + k * ROOM + i], state[x],
                        Math.fma(s[DRIVEN + i], b[input0 + k * series + i], FloatDecay.REST));
                state[x] = next;
                sum = Math.fma(c[input0 + k * series + i], next, sum);
            }
            s[SUMS + i] = sum;
        }
    }

    /** One state; what B is multiplied with stands at {@code driven}. */
    private static void one(float[] s, int driven, float[] state, int x, float[] b, float[] c, int input, int count) {
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector drive = FloatVector.fromArray(LANES, s, driven + i).fma(FloatVector.fromArray(LANES, b, input + i), rest);
            FloatVector next = FloatVector.fromArray(LANES, s, DECAYS + i).fma(FloatVector.fromArray(LANES, state, x + i), drive);
            next.intoArray(state, x + i);
            FloatVector.fromArray(LANES, c, input + i).fma(next, FloatVector.fromArray(LANES, s, SUMS + i)).intoArray(s, SUMS + i);
        }
        for (int i = bound; i < count; i++) {
            float next = Math.fma(s[DECAYS + i], state[x + i], Math.fma(s[driven + i], b[input + i], FloatDecay.REST));
            state[x + i] = next;
            s[SUMS + i] = Math.fma(c[input + i], next, s[SUMS + i]);
        }
    }

    private static void read(float skip, float[] s, float[] u, float @Nullable [] z, float[] y, int at, int count) {
        Rows.addScaled(skip, u, at, s, SUMS, count);
        if (z == null) {
            java.lang.System.arraycopy(s, SUMS, y, at, count);
            return;
        }
        java.lang.System.arraycopy(z, at, s, DRIVEN, count);
        SimdDecay.sigmoid(s, DRIVEN, s, SIZES, count);
        Rows.multiply(s, DRIVEN, s, SIZES, s, SIZES, count);
        Rows.multiply(s, SUMS, s, SIZES, y, at, count);
    }
}
