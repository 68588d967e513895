package io.longwave.kernel.simd;

import io.longwave.kernel.FiniteStep;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Lanes run over the series; for one series alone, whose taps lie side by side, over the taps. */
final class SimdFiniteStep implements FiniteStep {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();

    @Override
    public void step(Tensor tapTensor, Tensor stateTensor, Tensor uTensor, Tensor yTensor, int series) {
        FiniteStep.check(tapTensor, stateTensor, uTensor, yTensor, series);
        float[] taps = SimdTensor.of(tapTensor);
        float[] state = SimdTensor.of(stateTensor);
        float[] u = SimdTensor.of(uTensor);
        float[] y = SimdTensor.of(yTensor);
        int count = tapTensor.dim(1);
        for (int h = 0; h < tapTensor.dim(0); h++) {
            int line = h * count * series;
            if (series == 1) {
                alone(taps, h * count, count, u[h], state, line);
            } else {
                for (int m = 0; m < count - 1; m++) {
                    advance(taps[h * count + m], u, h * series, state, line + m * series, series);
                }
                last(taps[(h + 1) * count - 1], u, h * series, state, line + (count - 1) * series, series);
            }
            System.arraycopy(state, line, y, h * series, series);
        }
    }

    private static void alone(float[] taps, int first, int count, float input, float[] state, int line) {
        FloatVector inputs = FloatVector.broadcast(LANES, input);
        int m = 0;
        for (; m + WIDTH < count; m += WIDTH) {
            FloatVector.fromArray(LANES, taps, first + m).fma(inputs, FloatVector.fromArray(LANES, state, line + m + 1))
                    .intoArray(state, line + m);
        }
        for (; m < count - 1; m++) {
            state[line + m] = Math.fma(taps[first + m], input, state[line + m + 1]);
        }
        state[line + m] = taps[first + m] * input;
    }

    private static void advance(float tap, float[] u, int in, float[] state, int line, int series) {
        FloatVector taps = FloatVector.broadcast(LANES, tap);
        int bound = LANES.loopBound(series);
        for (int s = 0; s < bound; s += WIDTH) {
            taps.fma(FloatVector.fromArray(LANES, u, in + s), FloatVector.fromArray(LANES, state, line + series + s))
                    .intoArray(state, line + s);
        }
        for (int s = bound; s < series; s++) {
            state[line + s] = Math.fma(tap, u[in + s], state[line + series + s]);
        }
    }

    private static void last(float tap, float[] u, int in, float[] state, int line, int series) {
        for (int s = 0; s < series; s++) {
            state[line + s] = tap * u[in + s];
        }
    }
}
