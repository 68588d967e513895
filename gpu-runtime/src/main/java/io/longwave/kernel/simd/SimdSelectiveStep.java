package io.longwave.kernel.simd;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SelectiveStep;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes run over the series, block by block as in {@link SimdDiagonalStep}: step size, driven input and sum of a block wait in the
 * first-level cache while the states of a channel pass by, four at a time, and B and C in the second, where all channels of a group read
 * them. They are copied there with gaps between their rows: S is often a power of two, rows of the tensors are then a multiple of a page
 * apart, and a dozen of them compete for the eight lines of one set of the first-level cache, which takes two thirds of the speed.
 *
 * <p>A series alone has no lanes to fill: lanes run over its channels and over the states of a channel then, whose sums keep their order, those of eight channels
 * under way together.
 */
final class SimdSelectiveStep implements SelectiveStep {
    private static final VectorSpecies<Float> LANES = SimdDecay.LANES;
    private static final int WIDTH = LANES.length();
    /** Series of a block: the longer, the further the processor fetches ahead in each row of states. */
    private static final int LONGEST_BLOCK = 4096;
    /** Numbers of B and C of a block, which fit into the second-level cache. */
    private static final int INPUTS = 1 << 17;
    /** Between rows of scratch. */
    private static final int GAP = 160;
    /** States that are updated in one pass. */
    private static final int TOGETHER = 4;
    /** Sums of a series alone that are under way together. */
    private static final int CHAINS = 8;

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
        int n = system.states();
        if (series == 1 && !system.exactHold()) {
            alone(system, state, u, delta, b, c, z, y);
            return;
        }
        int block = Math.min(LONGEST_BLOCK, Math.max(INPUTS / (2 * n) / WIDTH, 1) * WIDTH);
        block = Math.min(block, (series + WIDTH - 1) / WIDTH * WIDTH);
        int row = block + GAP;
        float[] s = scratch.get().array(0, Row.COUNT * row);
        float[] inputs = scratch.get().array(1, 2 * n * row);
        for (int from = 0; from < series; from += block) {
            int count = Math.min(block, series - from);
            for (int h = 0; h < system.channels(); h++) {
                int group = system.group(h);
                if (h == 0 || group != system.group(h - 1)) {
                    for (int i = 0; i < n; i++) {
                        java.lang.System.arraycopy(b, (group * n + i) * series + from, inputs, i * row, count);
                        java.lang.System.arraycopy(c, (group * n + i) * series + from, inputs, (n + i) * row, count);
                    }
                }
                int at = h * series + from;
                float largest = drive(system, h, u, delta, at, s, row, count);
                states(system, h, largest, state, h * n * series + from, series, inputs, s, row, count);
                read(system.skip()[h], s, row, u, z, y, at, count);
            }
        }
    }

    /** Rows of the scratch array, {@code row} numbers apart. */
    private static final class Row {
        static final int SIZES = 0;
        static final int DRIVEN = 1;
        static final int SUMS = 2;
        static final int DECAYS = 3;
        static final int HOLDS = 4;
        static final int LAST_STATES = 5;
        static final int RATES = 6;
        static final int COUNT = 7;
    }

    /** Δ of a block, and what B is multiplied with: Δ u, or u where the hold is exact. Returns the largest Δ. */
    private static float drive(System system, int h, float[] u, float[] delta, int at, float[] s, int row, int count) {
        float bias = system.deltaBias()[h];
        int sizes = Row.SIZES * row;
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector.fromArray(LANES, delta, at + i).add(bias).intoArray(s, sizes + i);
        }
        for (int i = bound; i < count; i++) {
            s[sizes + i] = delta[at + i] + bias;
        }
        SimdDecay.softplus(s, sizes, sizes, count);
        if (system.exactHold()) {
            java.lang.System.arraycopy(u, at, s, Row.DRIVEN * row, count);
        } else {
            Rows.multiply(s, sizes, u, at, s, Row.DRIVEN * row, count);
        }
        return SimdDecay.largest(s, sizes, count, s, Row.RATES * row);
    }

    /** All states of a channel, the first one's at {@code x}; leaves what C reads in the row of sums. */
    private static void states(System system, int h, float largest, float[] state, int x, int series, float[] inputs, float[] s, int row,
            int count) {
        int n = system.states();
        int rates = Row.RATES * row;
        int last = Row.LAST_STATES * row;
        int whole = LANES.loopBound(count);
        Arrays.fill(s, Row.SUMS * row, Row.SUMS * row + count, 0f);
        int i = 0;
        for (; !system.exactHold() && i + TOGETHER <= n && withinBounds(system.a(), h * n + i, largest); i += TOGETHER) {
            int first = x + i * series;
            if (whole > 0) {
                four(system.a(), h * n + i, state, first, series, inputs, i * row, n * row, s, row, 0, whole);
            }
            if (whole < count) { // the last series in lanes too, beside the state
                for (int j = 0; j < count - whole; j++) { // by loops: they are a few numbers, often one
                    for (int k = 0; k < TOGETHER; k++) {
                        s[last + k * WIDTH + j] = state[first + k * series + whole + j];
                    }
                }
                four(system.a(), h * n + i, s, last - whole, WIDTH, inputs, i * row, n * row, s, row, whole, whole + WIDTH);
                for (int j = 0; j < count - whole; j++) {
                    for (int k = 0; k < TOGETHER; k++) {
                        state[first + k * series + whole + j] = s[last + k * WIDTH + j];
                    }
                }
            }
        }
        for (; i < n; i++) {
            Arrays.fill(s, rates, rates + WIDTH, system.a()[h * n + i]);
            SimdDecay.decays(s, Row.SIZES * row, rates, Row.DECAYS * row, count);
            int driven = Row.DRIVEN * row;
            if (system.exactHold()) {
                driven = Row.HOLDS * row;
                SimdDecay.holds(s, Row.SIZES * row, rates, driven, count);
                Rows.multiply(s, driven, s, Row.DRIVEN * row, s, driven, count);
            }
            one(state, x + i * series, inputs, i * row, (n + i) * row, s, driven, row, count);
        }
    }

    /** Whether four states need no bounds. */
    private static boolean withinBounds(float[] a, int a0, float largest) {
        for (int k = a0; k < a0 + TOGETHER; k++) {
            if (!SimdDecay.withinBounds(a[k], largest)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Four states, series {@code from} to {@code to}: their rows are fetched side by side, the sum is read and written once, and four chains
     * of operations leave no gaps. The exponential is that of {@link SimdDecay#decays} where no exponent is out of bounds.
     *
     * @param x where the first state of series 0 stands, the next ones {@code apart} further
     * @param b where B of the first state stands in {@code inputs}; C stands {@code bToC} further
     */
    private static void four(float[] a, int a0, float[] state, int x, int apart, float[] inputs, int b, int bToC, float[] s, int row,
            int from, int to) {
        FloatVector rate0 = FloatVector.broadcast(LANES, a[a0]).mul(FloatDecay.LOG2_E);
        FloatVector rate1 = FloatVector.broadcast(LANES, a[a0 + 1]).mul(FloatDecay.LOG2_E);
        FloatVector rate2 = FloatVector.broadcast(LANES, a[a0 + 2]).mul(FloatDecay.LOG2_E);
        FloatVector rate3 = FloatVector.broadcast(LANES, a[a0 + 3]).mul(FloatDecay.LOG2_E);
        FloatVector q1 = FloatVector.broadcast(LANES, FloatDecay.Q1);
        FloatVector q2 = FloatVector.broadcast(LANES, FloatDecay.Q2);
        FloatVector q3 = FloatVector.broadcast(LANES, FloatDecay.Q3);
        FloatVector q4 = FloatVector.broadcast(LANES, FloatDecay.Q4);
        FloatVector q5 = FloatVector.broadcast(LANES, FloatDecay.Q5);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        int sizes = Row.SIZES * row;
        int drivens = Row.DRIVEN * row;
        int sums = Row.SUMS * row;
        int x1 = x + apart;
        int x2 = x + 2 * apart;
        int x3 = x + 3 * apart;
        int b1 = b + row;
        int b2 = b + 2 * row;
        int b3 = b + 3 * row;
        int c = b + bToC;
        int c1 = b1 + bToC;
        int c2 = b2 + bToC;
        int c3 = b3 + bToC;
        for (int i = from; i < to; i += WIDTH) {
            FloatVector size = FloatVector.fromArray(LANES, s, sizes + i);
            FloatVector exponent0 = size.mul(rate0);
            FloatVector exponent1 = size.mul(rate1);
            FloatVector exponent2 = size.mul(rate2);
            FloatVector exponent3 = size.mul(rate3);
            FloatVector shifted0 = exponent0.add(FloatDecay.ROUND);
            FloatVector shifted1 = exponent1.add(FloatDecay.ROUND);
            FloatVector shifted2 = exponent2.add(FloatDecay.ROUND);
            FloatVector shifted3 = exponent3.add(FloatDecay.ROUND);
            FloatVector r0 = exponent0.sub(shifted0.sub(FloatDecay.ROUND));
            FloatVector r1 = exponent1.sub(shifted1.sub(FloatDecay.ROUND));
            FloatVector r2 = exponent2.sub(shifted2.sub(FloatDecay.ROUND));
            FloatVector r3 = exponent3.sub(shifted3.sub(FloatDecay.ROUND));
            FloatVector p0 = r0.fma(q5, q4);
            FloatVector p1 = r1.fma(q5, q4);
            FloatVector p2 = r2.fma(q5, q4);
            FloatVector p3 = r3.fma(q5, q4);
            p0 = p0.fma(r0, q3);
            p1 = p1.fma(r1, q3);
            p2 = p2.fma(r2, q3);
            p3 = p3.fma(r3, q3);
            p0 = p0.fma(r0, q2);
            p1 = p1.fma(r1, q2);
            p2 = p2.fma(r2, q2);
            p3 = p3.fma(r3, q2);
            p0 = p0.fma(r0, q1);
            p1 = p1.fma(r1, q1);
            p2 = p2.fma(r2, q1);
            p3 = p3.fma(r3, q1);
            p0 = p0.fma(r0, one);
            p1 = p1.fma(r1, one);
            p2 = p2.fma(r2, one);
            p3 = p3.fma(r3, one);
            FloatVector decay0 = p0.reinterpretAsInts().add(shifted0.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector decay1 = p1.reinterpretAsInts().add(shifted1.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector decay2 = p2.reinterpretAsInts().add(shifted2.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector decay3 = p3.reinterpretAsInts().add(shifted3.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector driven = FloatVector.fromArray(LANES, s, drivens + i);
            FloatVector next0 = decay0.fma(FloatVector.fromArray(LANES, state, x + i),
                    driven.fma(FloatVector.fromArray(LANES, inputs, b + i), rest));
            FloatVector next1 = decay1.fma(FloatVector.fromArray(LANES, state, x1 + i),
                    driven.fma(FloatVector.fromArray(LANES, inputs, b1 + i), rest));
            FloatVector next2 = decay2.fma(FloatVector.fromArray(LANES, state, x2 + i),
                    driven.fma(FloatVector.fromArray(LANES, inputs, b2 + i), rest));
            FloatVector next3 = decay3.fma(FloatVector.fromArray(LANES, state, x3 + i),
                    driven.fma(FloatVector.fromArray(LANES, inputs, b3 + i), rest));
            next0.intoArray(state, x + i);
            next1.intoArray(state, x1 + i);
            next2.intoArray(state, x2 + i);
            next3.intoArray(state, x3 + i);
            FloatVector sum = FloatVector.fromArray(LANES, inputs, c + i).fma(next0, FloatVector.fromArray(LANES, s, sums + i));
            sum = FloatVector.fromArray(LANES, inputs, c1 + i).fma(next1, sum);
            sum = FloatVector.fromArray(LANES, inputs, c2 + i).fma(next2, sum);
            sum = FloatVector.fromArray(LANES, inputs, c3 + i).fma(next3, sum);
            sum.intoArray(s, sums + i);
        }
    }

    /** One state of a block at {@code x}; what B is multiplied with stands at {@code drivens}. */
    private static void one(float[] state, int x, float[] inputs, int b, int c, float[] s, int drivens, int row, int count) {
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        int decays = Row.DECAYS * row;
        int sums = Row.SUMS * row;
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector drive = FloatVector.fromArray(LANES, s, drivens + i).fma(FloatVector.fromArray(LANES, inputs, b + i), rest);
            FloatVector next = FloatVector.fromArray(LANES, s, decays + i).fma(FloatVector.fromArray(LANES, state, x + i), drive);
            next.intoArray(state, x + i);
            FloatVector.fromArray(LANES, inputs, c + i).fma(next, FloatVector.fromArray(LANES, s, sums + i)).intoArray(s, sums + i);
        }
        for (int i = bound; i < count; i++) {
            float next = Math.fma(s[decays + i], state[x + i], Math.fma(s[drivens + i], inputs[b + i], FloatDecay.REST));
            state[x + i] = next;
            s[sums + i] = Math.fma(inputs[c + i], next, s[sums + i]);
        }
    }

    private static void read(float skip, float[] s, int row, float[] u, float @Nullable [] z, float[] y, int at, int count) {
        Rows.addScaled(skip, u, at, s, Row.SUMS * row, count);
        gate(s, row, z, y, at, count);
    }

    /** What is read out, times the gate where there is one. */
    private static void gate(float[] s, int row, float @Nullable [] z, float[] y, int at, int count) {
        int sums = Row.SUMS * row;
        if (z == null) {
            java.lang.System.arraycopy(s, sums, y, at, count);
            return;
        }
        int gates = Row.DRIVEN * row;
        int open = Row.SIZES * row;
        java.lang.System.arraycopy(z, at, s, gates, count);
        SimdDecay.sigmoid(s, gates, s, open, count);
        Rows.multiply(s, gates, s, open, s, open, count);
        Rows.multiply(s, sums, s, open, y, at, count);
    }

    private void alone(System system, float[] state, float[] u, float[] delta, float[] b, float[] c, float @Nullable [] z, float[] y) {
        int channels = system.channels();
        int row = (channels + WIDTH - 1) / WIDTH * WIDTH;
        float[] s = scratch.get().array(0, Row.COUNT * row);
        int sizes = Row.SIZES * row;
        int drivens = Row.DRIVEN * row;
        int sums = Row.SUMS * row;
        for (int h = 0; h < channels; h++) {
            s[sizes + h] = delta[h] + system.deltaBias()[h];
        }
        SimdDecay.softplus(s, sizes, sizes, channels);
        Rows.multiply(s, sizes, u, 0, s, drivens, channels);
        int n = system.states();
        for (int h = 0; h < channels; h++) {
            moveAlone(system.a(), state, h * n, b, system.group(h) * n, n, s[sizes + h], s[drivens + h]);
        }
        int h = 0;
        for (; h + CHAINS <= channels; h += CHAINS) {
            sumsAlone(system, state, c, h, s, sums + h);
        }
        for (; h < channels; h++) {
            float sum = 0;
            for (int i = 0; i < n; i++) {
                sum = Math.fma(c[system.group(h) * n + i], state[h * n + i], sum);
            }
            s[sums + h] = sum;
        }
        for (int k = 0; k < channels; k++) {
            s[sums + k] = Math.fma(system.skip()[k], u[k], s[sums + k]);
        }
        gate(s, row, z, y, 0, channels);
    }

    /** States of one channel, the first at {@code x}, driven by {@code driven} B. */
    private static void moveAlone(float[] a, float[] state, int x, float[] b, int bAt, int n, float size, float driven) {
        FloatVector q1 = FloatVector.broadcast(LANES, FloatDecay.Q1);
        FloatVector q2 = FloatVector.broadcast(LANES, FloatDecay.Q2);
        FloatVector q3 = FloatVector.broadcast(LANES, FloatDecay.Q3);
        FloatVector q4 = FloatVector.broadcast(LANES, FloatDecay.Q4);
        FloatVector q5 = FloatVector.broadcast(LANES, FloatDecay.Q5);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector drive = FloatVector.broadcast(LANES, driven);
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector exponent = FloatVector.fromArray(LANES, a, x + i).mul(FloatDecay.LOG2_E).mul(size);
            FloatVector bounded = exponent.blend(FloatDecay.SMALLEST_EXPONENT,
                    exponent.compare(VectorOperators.LT, FloatDecay.SMALLEST_EXPONENT));
            FloatVector shifted = bounded.add(FloatDecay.ROUND);
            FloatVector r = bounded.sub(shifted.sub(FloatDecay.ROUND));
            FloatVector p = r.fma(q5, q4);
            p = p.fma(r, q3);
            p = p.fma(r, q2);
            p = p.fma(r, q1);
            p = p.fma(r, one);
            FloatVector decay = p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            decay.fma(FloatVector.fromArray(LANES, state, x + i), drive.fma(FloatVector.fromArray(LANES, b, bAt + i), rest))
                    .intoArray(state, x + i);
        }
        for (int i = bound; i < n; i++) {
            float decay = FloatDecay.exp2(size * (a[x + i] * FloatDecay.LOG2_E));
            state[x + i] = Math.fma(decay, state[x + i], Math.fma(driven, b[bAt + i], FloatDecay.REST));
        }
    }

    /** What C reads of eight channels from {@code h} on. */
    private static void sumsAlone(System system, float[] state, float[] c, int h, float[] s, int at) {
        int n = system.states();
        int x = h * n;
        int c0 = system.group(h) * n;
        int c1 = system.group(h + 1) * n;
        int c2 = system.group(h + 2) * n;
        int c3 = system.group(h + 3) * n;
        int c4 = system.group(h + 4) * n;
        int c5 = system.group(h + 5) * n;
        int c6 = system.group(h + 6) * n;
        int c7 = system.group(h + 7) * n;
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        for (int i = 0; i < n; i++) {
            s0 = Math.fma(c[c0 + i], state[x + i], s0);
            s1 = Math.fma(c[c1 + i], state[x + n + i], s1);
            s2 = Math.fma(c[c2 + i], state[x + 2 * n + i], s2);
            s3 = Math.fma(c[c3 + i], state[x + 3 * n + i], s3);
            s4 = Math.fma(c[c4 + i], state[x + 4 * n + i], s4);
            s5 = Math.fma(c[c5 + i], state[x + 5 * n + i], s5);
            s6 = Math.fma(c[c6 + i], state[x + 6 * n + i], s6);
            s7 = Math.fma(c[c7 + i], state[x + 7 * n + i], s7);
        }
        s[at] = s0;
        s[at + 1] = s1;
        s[at + 2] = s2;
        s[at + 3] = s3;
        s[at + 4] = s4;
        s[at + 5] = s5;
        s[at + 6] = s6;
        s[at + 7] = s7;
    }
}
