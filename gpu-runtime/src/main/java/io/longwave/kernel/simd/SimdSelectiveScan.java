package io.longwave.kernel.simd;

import static io.longwave.kernel.FloatDecay.LOG2_E;
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
        pool.run(arrays.groups * arrays.tilesPerGroup * arrays.batch,
                task -> forward(arrays, task / arrays.batch, task % arrays.batch, out, keptStates, lastStates));
    }

    private void forward(SelectiveScanArrays in, int tile, int entry, float[] out, float @Nullable [] kept, float @Nullable [] last) {
        int n = in.states;
        int states = 6 * BLOCK; // Δ, what B is multiplied with, u, sums, ā, φ; then the states and their rates
        int rates = states + n * WIDTH;
        float[] s = scratch.get().array(0, rates + n * WIDTH);
        int h = in.firstChannel(tile);
        int width = in.width(tile);
        in.loadStates(h, width, entry, s, states);
        in.loadRates(h, width, s, rates);
        for (int k = 0; k < in.length; k += STRIDE) {
            int count = Math.min(STRIDE, in.length - k);
            if (kept != null) {
                in.keep(h, width, entry, k / STRIDE, s, states, kept);
            }
            in.loadBlock(h, width, entry, k, count, s, 0, 2 * BLOCK);
            drive(in, s, count);
            Arrays.fill(s, 3 * BLOCK, 3 * BLOCK + count * WIDTH, 0f);
            int group = tile / in.tilesPerGroup;
            for (int i = 0; i < n; i++) {
                int input = in.inputAt(group, i, entry, k);
                if (in.exactHold || in.oneDecay) {
                    if (i == 0 || !in.oneDecay) {
                        decays(s, 0, rates + i * WIDTH, 4 * BLOCK, 5 * BLOCK, in.exactHold, count);
                    }
                    scanDecayed(s, states + i * WIDTH, in.exactHold, in.b, in.c, input, in.direction, count);
                } else {
                    scan(s, states + i * WIDTH, rates + i * WIDTH, in.b, in.c, input, in.direction, count);
                }
            }
            in.addSkip(h, width, s, 2 * BLOCK, 3 * BLOCK, count);
            LaneTile.toRows(s, 3 * BLOCK, out, in.rowAt(h, entry, k), in.batch * in.length, width, count, in.direction, false);
            gate(in, s, h, width, entry, k, count, out);
        }
        if (last != null) {
            in.storeStates(h, width, entry, s, states, last);
        }
    }

    /** Δ from δ with its bias, and what B is multiplied with: Δ u, or u where the hold is exact. */
    private static void drive(SelectiveScanArrays in, float[] s, int count) {
        SimdDecay.softplus(s, 0, 0, count * WIDTH);
        for (int j = 0; j < count * WIDTH; j++) {
            s[BLOCK + j] = in.exactHold ? s[2 * BLOCK + j] : s[j] * s[2 * BLOCK + j];
        }
    }

    /** One state through one block. */
    private static void scan(float[] s, int state, int rate, float[] b, float[] c, int input, int direction, int count) {
        FloatVector rate2 = FloatVector.fromArray(LANES, s, rate).mul(LOG2_E);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector q1 = FloatVector.broadcast(LANES, Q1);
        FloatVector q2 = FloatVector.broadcast(LANES, Q2);
        FloatVector q3 = FloatVector.broadcast(LANES, Q3);
        FloatVector q4 = FloatVector.broadcast(LANES, Q4);
        FloatVector q5 = FloatVector.broadcast(LANES, Q5);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        FloatVector x = FloatVector.fromArray(LANES, s, state);
        for (int j = 0; j < count; j++) {
            int at = j * WIDTH;
            int t = input + direction * j;
            FloatVector exponent = FloatVector.fromArray(LANES, s, at).mul(rate2);
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
            FloatVector drive = FloatVector.fromArray(LANES, s, BLOCK + at).fma(FloatVector.broadcast(LANES, b[t]), rest);
            x = decay.fma(x, drive);
            x.fma(FloatVector.broadcast(LANES, c[t]), FloatVector.fromArray(LANES, s, 3 * BLOCK + at)).intoArray(s, 3 * BLOCK + at);
        }
        x.intoArray(s, state);
    }

    /** The same with decays, and holds where there are any, that were computed before. */
    private static void scanDecayed(float[] s, int state, boolean held, float[] b, float[] c, int input, int direction, int count) {
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector x = FloatVector.fromArray(LANES, s, state);
        for (int j = 0; j < count; j++) {
            int at = j * WIDTH;
            int t = input + direction * j;
            FloatVector driven = FloatVector.fromArray(LANES, s, BLOCK + at);
            if (held) {
                driven = driven.mul(FloatVector.fromArray(LANES, s, 5 * BLOCK + at));
            }
            x = FloatVector.fromArray(LANES, s, 4 * BLOCK + at).fma(x, driven.fma(FloatVector.broadcast(LANES, b[t]), rest));
            x.fma(FloatVector.broadcast(LANES, c[t]), FloatVector.fromArray(LANES, s, 3 * BLOCK + at)).intoArray(s, 3 * BLOCK + at);
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

    /** y = v silu(z) along the rows of a block. */
    private static void gate(SelectiveScanArrays in, float[] s, int h, int width, int entry, int k, int count, float[] out) {
        float[] z = in.gate;
        if (z == null) {
            return;
        }
        for (int r = 0; r < width; r++) {
            int at = in.rowAt(h + r, entry, k);
            int first = in.direction > 0 ? at : at - count + 1;
            System.arraycopy(z, first, s, 0, count);
            SimdDecay.sigmoid(s, 0, s, STRIDE, count);
            for (int j = 0; j < count; j++) {
                out[first + j] *= s[j] * s[STRIDE + j];
            }
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
