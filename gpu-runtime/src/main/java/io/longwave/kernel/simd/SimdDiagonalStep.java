package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.FloatDecay;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes run over the series. A block of series stays in the first-level cache with its input and its sum while the modes of a channel pass
 * by: the state is read and written once, in runs long enough for the processor to fetch ahead, and nothing else leaves the cache.
 */
final class SimdDiagonalStep implements DiagonalStep {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final int BLOCK = 2048;

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
}
