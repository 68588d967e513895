package io.longwave.kernel.simd;

import static io.longwave.kernel.FloatDecay.LOG2_E;
import static io.longwave.kernel.FloatDecay.Q1;
import static io.longwave.kernel.FloatDecay.Q2;
import static io.longwave.kernel.FloatDecay.Q3;
import static io.longwave.kernel.FloatDecay.Q4;
import static io.longwave.kernel.FloatDecay.Q5;
import static io.longwave.kernel.FloatDecay.ROUND;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SelectiveScan;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes run over channels of one group and one batch entry, which share B and C: those are broadcast, and no sum crosses lanes. A task takes
 * as many channels as there are lanes through time in blocks of {@link #STRIDE} steps; a block's step sizes, inputs and sums wait in the
 * first-level cache while the states pass by one after another, each in a register for the whole block.
 */
final class SimdSelectiveScan implements SelectiveScan {
    private static final VectorSpecies<Float> LANES = SimdDecay.LANES;
    static final int WIDTH = LANES.length();
    /** Numbers in one block of lanes. */
    static final int BLOCK = STRIDE * WIDTH;
    /** Steps that are read and written at once: rows of a KiB, long enough for the processor to fetch ahead. */
    private static final int SPAN = 8 * STRIDE;
    /** From one place of a span to the next: apart by no multiple of a page, or all would compete for the same few lines of the cache. */
    private static final int ROOM = SPAN * WIDTH + 160;
    /** Places in the scratch array of a task. */
    private static final int SIZES = 0; // Δ
    private static final int DRIVEN = ROOM; // what B is multiplied with
    private static final int U = 2 * ROOM;
    private static final int SUMS = 3 * ROOM;
    private static final int GATE = 4 * ROOM;
    private static final int DECAYS = 5 * ROOM; // ā of one state
    private static final int HOLDS = DECAYS + BLOCK; // φ of one state
    private static final int STATES = HOLDS + BLOCK; // [N, lanes], and behind them their rates

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;
    private final SelectiveScanGradient gradients;

    SimdSelectiveScan(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
        this.gradients = new SelectiveScanGradient(pool, scratch);
    }

    @Override
    public void forward(Inputs inputs, Tensor y, @Nullable Tensor kept, @Nullable Tensor last) {
        inputs.checkOutputs(y, kept, last);
        SelectiveScanArrays arrays = new SelectiveScanArrays(inputs);
        float[] out = SimdTensor.of(y);
        float @Nullable [] keptStates = SimdTensor.orNull(kept);
        float @Nullable [] lastStates = SimdTensor.orNull(last);
        int tiles = arrays.groups * arrays.tilesPerGroup;
        // tiles of one entry after each other: B and C of it stay in the second-level cache
        pool.run(tiles * arrays.batch, task -> forward(arrays, task % tiles, task / tiles, out, keptStates, lastStates));
    }

    private void forward(SelectiveScanArrays in, int tile, int entry, float[] out, float @Nullable [] kept, float @Nullable [] last) {
        int n = in.states;
        float[] s = scratch.get().array(0, STATES + 2 * n * WIDTH);
        int rates = STATES + n * WIDTH;
        int h = in.firstChannel(tile);
        int width = in.width(tile);
        in.loadStates(h, width, entry, s, STATES);
        in.loadRates(h, width, s, rates);
        for (int k = 0; k < in.length; k += SPAN) {
            int span = Math.min(SPAN, in.length - k);
            in.loadBlock(h, width, entry, k, span, s, SIZES, U);
            in.loadGate(h, width, entry, k, span, s, GATE);
            drive(in, s, span);
            Arrays.fill(s, SUMS, SUMS + span * WIDTH, 0f);
            for (int from = 0; from < span; from += STRIDE) {
                if (kept != null) {
                    in.keep(h, width, entry, (k + from) / STRIDE, s, STATES, kept);
                }
                states(in, s, rates, tile / in.tilesPerGroup, entry, k + from, from * WIDTH, Math.min(STRIDE, span - from));
            }
            in.addSkip(h, width, s, U, SUMS, span);
            gate(in, s, span);
            LaneTile.toRows(s, SUMS, out, in.rowAt(h, entry, k), in.batch * in.length, width, span, in.direction, false);
        }
        if (last != null) {
            in.storeStates(h, width, entry, s, STATES, last);
        }
    }

    /** Δ from δ with its bias, and what B is multiplied with: Δ u, or u where the hold is exact. */
    private static void drive(SelectiveScanArrays in, float[] s, int count) {
        SimdDecay.softplus(s, SIZES, SIZES, count * WIDTH);
        if (in.exactHold) {
            System.arraycopy(s, U, s, DRIVEN, count * WIDTH);
        } else {
            Rows.multiply(s, SIZES, s, U, s, DRIVEN, count * WIDTH);
        }
    }

    /** All states through one block. */
    private static void states(SelectiveScanArrays in, float[] s, int rates, int group, int entry, int k, int from, int count) {
        float largest = SimdDecay.largest(s, SIZES + from, count * WIDTH, s, DECAYS);
        boolean fused = !in.exactHold && !in.oneDecay;
        int i = 0;
        for (; fused && i + 1 < in.states; i += 2) {
            int rate = rates + i * WIDTH;
            if (SimdDecay.withinBounds(s, rate, largest) && SimdDecay.withinBounds(s, rate + WIDTH, largest)) {
                scanTwo(s, STATES + i * WIDTH, rate, in.b, in.c, in.inputAt(group, i, entry, k), in.inputAt(group, i + 1, entry, k),
                        in.direction, from, count);
            } else {
                one(in, s, i, rate, group, entry, k, from, count);
                one(in, s, i + 1, rate + WIDTH, group, entry, k, from, count);
            }
        }
        for (; i < in.states; i++) {
            one(in, s, i, rates + i * WIDTH, group, entry, k, from, count);
        }
    }

    private static void one(SelectiveScanArrays in, float[] s, int i, int rate, int group, int entry, int k, int from, int count) {
        if (i == 0 || !in.oneDecay) {
            decays(s, SIZES + from, rate, DECAYS, HOLDS, in.exactHold, count);
        }
        scanDecayed(s, STATES + i * WIDTH, in.exactHold, in.b, in.c, in.inputAt(group, i, entry, k), in.direction, from, count);
    }

    /**
     * Two states through one block, with exponentials that need no bounds: step sizes, inputs and sums are read once for both, and two chains
     * of operations side by side leave fewer gaps. The arithmetic is that of {@link SimdDecay#twoDecays}.
     */
    private static void scanTwo(float[] s, int states, int rates, float[] b, float[] c, int input0, int input1, int direction, int from,
            int count) {
        FloatVector rate0 = FloatVector.fromArray(LANES, s, rates).mul(LOG2_E);
        FloatVector rate1 = FloatVector.fromArray(LANES, s, rates + WIDTH).mul(LOG2_E);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector q1 = FloatVector.broadcast(LANES, Q1);
        FloatVector q2 = FloatVector.broadcast(LANES, Q2);
        FloatVector q3 = FloatVector.broadcast(LANES, Q3);
        FloatVector q4 = FloatVector.broadcast(LANES, Q4);
        FloatVector q5 = FloatVector.broadcast(LANES, Q5);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        FloatVector x0 = FloatVector.fromArray(LANES, s, states);
        FloatVector x1 = FloatVector.fromArray(LANES, s, states + WIDTH);
        for (int j = 0; j < count; j++) {
            int at = from + j * WIDTH;
            int t = direction * j;
            FloatVector size = FloatVector.fromArray(LANES, s, SIZES + at);
            FloatVector exponent0 = size.mul(rate0);
            FloatVector exponent1 = size.mul(rate1);
            FloatVector shifted0 = exponent0.add(ROUND);
            FloatVector shifted1 = exponent1.add(ROUND);
            FloatVector r0 = exponent0.sub(shifted0.sub(ROUND));
            FloatVector r1 = exponent1.sub(shifted1.sub(ROUND));
            FloatVector p0 = r0.fma(q5, q4);
            FloatVector p1 = r1.fma(q5, q4);
            p0 = p0.fma(r0, q3);
            p1 = p1.fma(r1, q3);
            p0 = p0.fma(r0, q2);
            p1 = p1.fma(r1, q2);
            p0 = p0.fma(r0, q1);
            p1 = p1.fma(r1, q1);
            p0 = p0.fma(r0, one);
            p1 = p1.fma(r1, one);
            FloatVector decay0 = p0.reinterpretAsInts().add(shifted0.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector decay1 = p1.reinterpretAsInts().add(shifted1.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector driven = FloatVector.fromArray(LANES, s, DRIVEN + at);
            x0 = decay0.fma(x0, driven.fma(FloatVector.broadcast(LANES, b[input0 + t]), rest));
            x1 = decay1.fma(x1, driven.fma(FloatVector.broadcast(LANES, b[input1 + t]), rest));
            FloatVector sum = x0.fma(FloatVector.broadcast(LANES, c[input0 + t]), FloatVector.fromArray(LANES, s, SUMS + at));
            x1.fma(FloatVector.broadcast(LANES, c[input1 + t]), sum).intoArray(s, SUMS + at);
        }
        x0.intoArray(s, states);
        x1.intoArray(s, states + WIDTH);
    }

    /** One state through one block, with decays, and holds where there are any, that were computed before. */
    private static void scanDecayed(float[] s, int state, boolean held, float[] b, float[] c, int input, int direction, int from,
            int count) {
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector x = FloatVector.fromArray(LANES, s, state);
        for (int j = 0; j < count; j++) {
            int ofState = j * WIDTH;
            int at = from + ofState;
            int t = input + direction * j;
            FloatVector driven = FloatVector.fromArray(LANES, s, DRIVEN + at);
            if (held) {
                driven = driven.mul(FloatVector.fromArray(LANES, s, HOLDS + ofState));
            }
            x = FloatVector.fromArray(LANES, s, DECAYS + ofState).fma(x, driven.fma(FloatVector.broadcast(LANES, b[t]), rest));
            x.fma(FloatVector.broadcast(LANES, c[t]), FloatVector.fromArray(LANES, s, SUMS + at)).intoArray(s, SUMS + at);
        }
        x.intoArray(s, state);
    }

    /**
     * ā of one state through a block, and φ where the input is held exactly.
     *
     * @param sizes,rate,decays,holds places in {@code s}
     */
    static void decays(float[] s, int sizes, int rate, int decays, int holds, boolean held, int count) {
        SimdDecay.decays(s, sizes, rate, decays, count * WIDTH);
        if (held) {
            SimdDecay.holds(s, sizes, rate, holds, count * WIDTH);
        }
    }

    /** y = v silu(z). */
    private static void gate(SelectiveScanArrays in, float[] s, int count) {
        if (in.gate != null) {
            SimdDecay.sigmoid(s, GATE, s, U, count * WIDTH); // u is read no more
            Rows.multiply(s, GATE, s, U, s, GATE, count * WIDTH);
            Rows.multiply(s, SUMS, s, GATE, s, SUMS, count * WIDTH);
        }
    }

    @Override
    public void backward(Inputs inputs, Tensor kept, Tensor gradient, @Nullable Tensor lastGradient, Gradients into) {
        inputs.checkGradients(kept, gradient, lastGradient, into);
        gradients.backward(new SelectiveScanArrays(inputs), SimdTensor.of(kept), SimdTensor.of(gradient), SimdTensor.orNull(lastGradient),
                into);
    }

    @Override
    public void stepSizes(Tensor delta, @Nullable Tensor bias, Tensor sizes) {
        delta.requireRank("delta", 3);
        sizes.requireShape("sizes", delta.shape().toArray());
        if (bias != null) {
            bias.requireShape("bias", delta.dim(0));
        }
        float[] values = SimdTensor.of(delta);
        float[] out = SimdTensor.of(sizes);
        float @Nullable [] biases = SimdTensor.orNull(bias);
        int perChannel = delta.dim(1) * delta.dim(2);
        for (int i = 0; i < out.length; i++) {
            out[i] = FloatDecay.softplus(values[i] + (biases == null ? 0 : biases[i / perChannel]));
        }
    }
}
