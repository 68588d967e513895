package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.FloatDecay;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes run over the series. A block of series stays in the first-level cache with its input and its sum while the modes of a channel pass
 * by: the state is read and written once, in runs long enough for the processor to fetch ahead, and nothing else leaves the cache.
 *
 * <p>A series alone has no lanes to fill, and its states lie side by side, real and imaginary parts in turn: lanes run over the parts of modes then. The sums
 * keep their order, which makes them chains of additions; those of eight channels are under way together.
 */
final class SimdDiagonalStep implements DiagonalStep {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final int BLOCK = 2048;
    /** Lane i of the first half, or of the second, for both parts of mode i; and the other part of the same mode. */
    private static final VectorShuffle<Float> FIRST_HALF = VectorShuffle.fromOp(LANES, i -> i / 2);
    private static final VectorShuffle<Float> SECOND_HALF = VectorShuffle.fromOp(LANES, i -> WIDTH / 2 + i / 2);
    private static final VectorShuffle<Float> OTHER_PART = VectorShuffle.fromOp(LANES, i -> i ^ 1);
    private static final VectorMask<Float> IMAGINARY = VectorMask.fromLong(LANES, 0xaaaaaaaaaaaaaaaaL);
    /** Of the imaginary part of a product: what it adds to a real part is negative. */
    private static final FloatVector SIGN = FloatVector.broadcast(LANES, -1f).blend(1f, IMAGINARY);
    private static final int CHAINS = 8;

    private final ThreadLocal<Scratch> scratch;

    SimdDiagonalStep(ThreadLocal<Scratch> scratch) {
        this.scratch = scratch;
    }

    @Override
    public void step(Modes modes, Tensor stateTensor, Tensor uTensor, Tensor yTensor, int series) {
        DiagonalStep.check(modes, stateTensor, uTensor, yTensor, series);
        float[] state = SimdTensor.of(stateTensor);
        float[] u = SimdTensor.of(uTensor);
        float[] y = SimdTensor.of(yTensor);
        if (series == 1) {
            moveAlone(modes, state, u);
            readAlone(modes, state, u, y);
            return;
        }
        float[] sums = scratch.get().array(0, BLOCK);
        for (int h = 0; h < modes.channels(); h++) {
            for (int from = 0; from < series; from += BLOCK) {
                int count = Math.min(BLOCK, series - from);
                Arrays.fill(sums, 0, count, 0f);
                for (int m = h * modes.modes(); m < (h + 1) * modes.modes(); m++) {
                    step(modes, m, state, 2 * m * series + from, series, u, h * series + from, sums, count);
                }
                read(modes.skip()[h], sums, u, y, h * series + from, count);
            }
        }
    }

    /** One mode of a block: real parts from {@code at} on, imaginary parts {@code series} further. */
    private static void step(Modes modes, int m, float[] state, int at, int series, float[] u, int uAt, float[] sums, int count) {
        float aRe = modes.aRe()[m];
        float aIm = modes.aIm()[m];
        float bRe = modes.bRe()[m];
        float bIm = modes.bIm()[m];
        float cRe = modes.cRe()[m];
        float cIm = modes.cIm()[m];
        FloatVector vaRe = FloatVector.broadcast(LANES, aRe);
        FloatVector vaIm = FloatVector.broadcast(LANES, aIm);
        FloatVector vaImMinus = FloatVector.broadcast(LANES, -aIm);
        FloatVector vbRe = FloatVector.broadcast(LANES, bRe);
        FloatVector vbIm = FloatVector.broadcast(LANES, bIm);
        FloatVector vcRe = FloatVector.broadcast(LANES, cRe);
        FloatVector vcImMinus = FloatVector.broadcast(LANES, -cIm);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        int bound = LANES.loopBound(count);
        for (int s = 0; s < bound; s += WIDTH) {
            FloatVector input = FloatVector.fromArray(LANES, u, uAt + s);
            FloatVector xRe = FloatVector.fromArray(LANES, state, at + s);
            FloatVector xIm = FloatVector.fromArray(LANES, state, at + series + s);
            FloatVector nextRe = vaRe.fma(xRe, vaImMinus.fma(xIm, vbRe.fma(input, rest)));
            FloatVector nextIm = vaRe.fma(xIm, vaIm.fma(xRe, vbIm.fma(input, rest)));
            nextRe.intoArray(state, at + s);
            nextIm.intoArray(state, at + series + s);
            vcImMinus.fma(nextIm, vcRe.fma(nextRe, FloatVector.fromArray(LANES, sums, s))).intoArray(sums, s);
        }
        for (int s = bound; s < count; s++) {
            float input = u[uAt + s];
            float xRe = state[at + s];
            float xIm = state[at + series + s];
            float nextRe = Math.fma(aRe, xRe, Math.fma(-aIm, xIm, Math.fma(bRe, input, FloatDecay.REST)));
            float nextIm = Math.fma(aRe, xIm, Math.fma(aIm, xRe, Math.fma(bIm, input, FloatDecay.REST)));
            state[at + s] = nextRe;
            state[at + series + s] = nextIm;
            sums[s] = Math.fma(-cIm, nextIm, Math.fma(cRe, nextRe, sums[s]));
        }
    }

    private static void read(float skip, float[] sums, float[] u, float[] y, int at, int count) {
        FloatVector two = FloatVector.broadcast(LANES, 2f);
        int bound = LANES.loopBound(count);
        for (int s = 0; s < bound; s += WIDTH) {
            two.fma(FloatVector.fromArray(LANES, sums, s), FloatVector.fromArray(LANES, u, at + s).mul(skip)).intoArray(y, at + s);
        }
        for (int s = bound; s < count; s++) {
            y[at + s] = Math.fma(2f, sums[s], skip * u[at + s]);
        }
    }

    /** States of all channels of one series, [H, n, 2]. */
    private static void moveAlone(Modes modes, float[] state, float[] u) {
        int n = modes.modes();
        int bound = LANES.loopBound(n);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        for (int h = 0; h < modes.channels(); h++) {
            FloatVector input = FloatVector.broadcast(LANES, u[h]);
            for (int m = h * n; m < h * n + bound; m += WIDTH) {
                FloatVector aRe = FloatVector.fromArray(LANES, modes.aRe(), m);
                FloatVector aIm = FloatVector.fromArray(LANES, modes.aIm(), m);
                FloatVector bRe = FloatVector.fromArray(LANES, modes.bRe(), m);
                FloatVector bIm = FloatVector.fromArray(LANES, modes.bIm(), m);
                moveHalf(FIRST_HALF, aRe, aIm, bRe, bIm, input, rest, state, 2 * m);
                moveHalf(SECOND_HALF, aRe, aIm, bRe, bIm, input, rest, state, 2 * m + WIDTH);
            }
            for (int m = h * n + bound; m < (h + 1) * n; m++) {
                float xRe = state[2 * m];
                float xIm = state[2 * m + 1];
                float aRe = modes.aRe()[m];
                float aIm = modes.aIm()[m];
                state[2 * m] = Math.fma(aRe, xRe, Math.fma(-aIm, xIm, Math.fma(modes.bRe()[m], u[h], FloatDecay.REST)));
                state[2 * m + 1] = Math.fma(aRe, xIm, Math.fma(aIm, xRe, Math.fma(modes.bIm()[m], u[h], FloatDecay.REST)));
            }
        }
    }

    /** As many parts as there are lanes. */
    private static void moveHalf(VectorShuffle<Float> half, FloatVector aRe, FloatVector aIm, FloatVector bRe, FloatVector bIm,
            FloatVector input, FloatVector rest, float[] state, int at) {
        FloatVector x = FloatVector.fromArray(LANES, state, at);
        FloatVector b = bRe.rearrange(half).blend(bIm.rearrange(half), IMAGINARY);
        FloatVector turned = aIm.rearrange(half).mul(SIGN).fma(x.rearrange(OTHER_PART), b.fma(input, rest));
        aRe.rearrange(half).fma(x, turned).intoArray(state, at);
    }

    private static void readAlone(Modes modes, float[] state, float[] u, float[] y) {
        int n = modes.modes();
        float[] cRe = modes.cRe();
        float[] cIm = modes.cIm();
        float[] skip = modes.skip();
        int h = 0;
        for (; h + CHAINS <= modes.channels(); h += CHAINS) {
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            float s4 = 0;
            float s5 = 0;
            float s6 = 0;
            float s7 = 0;
            for (int m = h * n; m < (h + 1) * n; m++) {
                s0 = add(s0, state, cRe, cIm, m);
                s1 = add(s1, state, cRe, cIm, m + n);
                s2 = add(s2, state, cRe, cIm, m + 2 * n);
                s3 = add(s3, state, cRe, cIm, m + 3 * n);
                s4 = add(s4, state, cRe, cIm, m + 4 * n);
                s5 = add(s5, state, cRe, cIm, m + 5 * n);
                s6 = add(s6, state, cRe, cIm, m + 6 * n);
                s7 = add(s7, state, cRe, cIm, m + 7 * n);
            }
            y[h] = Math.fma(2f, s0, skip[h] * u[h]);
            y[h + 1] = Math.fma(2f, s1, skip[h + 1] * u[h + 1]);
            y[h + 2] = Math.fma(2f, s2, skip[h + 2] * u[h + 2]);
            y[h + 3] = Math.fma(2f, s3, skip[h + 3] * u[h + 3]);
            y[h + 4] = Math.fma(2f, s4, skip[h + 4] * u[h + 4]);
            y[h + 5] = Math.fma(2f, s5, skip[h + 5] * u[h + 5]);
            y[h + 6] = Math.fma(2f, s6, skip[h + 6] * u[h + 6]);
            y[h + 7] = Math.fma(2f, s7, skip[h + 7] * u[h + 7]);
        }
        for (; h < modes.channels(); h++) {
            float sum = 0;
            for (int m = h * n; m < (h + 1) * n; m++) {
                sum = add(sum, state, cRe, cIm, m);
            }
            y[h] = Math.fma(2f, sum, skip[h] * u[h]);
        }
    }

    private static float add(float sum, float[] state, float[] cRe, float[] cIm, int m) {
        return Math.fma(-cIm[m], state[2 * m + 1], Math.fma(cRe[m], state[2 * m], sum));
    }
}
