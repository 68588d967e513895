package io.longwave.ssm.mamba;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SelectiveStep;
import io.longwave.kernel.SeriesConvolution;
import io.longwave.kernel.SeriesLinear;
import io.longwave.ssm.sequence.SequenceRecurrence;
import io.longwave.ssm.sequence.TensorCohort;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/**
 * One Mamba layer a sample at a time. The state of a series is first that of the scan, [E H, N], then the last inputs of the convolution,
 * [E H, taps − 1], oldest first.
 */
final class MambaRecurrence implements SequenceRecurrence {
    private final Kernels kernels;
    private final SeriesLinear linear;
    private final SeriesConvolution convolution;
    private final SelectiveStep scan;
    private final int channels;
    private final int inner;
    private final int rank;
    private final int states;
    private final int taps;
    private final Tensor x;
    private final Tensor z;
    private final Tensor taken;
    private final Tensor takenBias;
    private final Tensor deltaDown;
    private final Tensor deltaUp;
    private final Tensor b;
    private final Tensor c;
    private final Tensor out;
    private final SelectiveStep.System system;

    MambaRecurrence(MambaParameters weights) {
        this.kernels = weights.kernels();
        this.linear = kernels.seriesLinear();
        this.convolution = kernels.seriesConvolution();
        this.scan = kernels.selectiveStep();
        this.channels = weights.channels();
        this.inner = weights.inner();
        this.rank = weights.deltaDown().dim(0);
        this.states = weights.config().states();
        this.taps = weights.config().taps();
        this.x = copy(kernels, weights.x());
        this.z = copy(kernels, weights.z());
        this.taken = copy(kernels, weights.convolution());
        this.takenBias = copy(kernels, weights.convolutionBias());
        this.deltaDown = copy(kernels, weights.deltaDown());
        this.deltaUp = copy(kernels, weights.deltaUp());
        this.b = copy(kernels, weights.b());
        this.c = copy(kernels, weights.c());
        this.out = copy(kernels, weights.out());
        double[] rates = kernels.toDoubles(weights.rates().value());
        float[] a = new float[rates.length];
        for (int i = 0; i < a.length; i++) {
            a[i] = (float) -StrictMath.exp(rates[i]); // once per copy of the weights, and the same on every machine
        }
        this.system = new SelectiveStep.System(inner, states, 1, a, kernels.toFloats(weights.deltaBias().value()),
                kernels.toFloats(weights.skip().value()),
                weights.config().exactHold());
    }

    private static Tensor copy(Kernels kernels, Variable variable) {
        Tensor copy = kernels.zeros(variable.value().shape().toArray());
        kernels.copy(variable.value(), copy, false);
        return copy;
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public int stateSize() {
        return inner * (states + taps - 1);
    }

    @Override
    public Cohort start(int series) {
        Work between = new Work(series);
        return new TensorCohort(kernels, stateSize(), series, (state, u, y) -> step(state, u, y, between, series));
    }

    private void step(Tensor state, Tensor u, Tensor y, Work between, int series) {
        linear.apply(x, null, u, between.x, series);
        linear.apply(z, null, u, between.z, series);
        convolution.step(taken, takenBias, state, inner * states * series, between.x, between.x, series);
        linear.apply(deltaDown, null, between.x, between.down, series);
        linear.apply(deltaUp, null, between.down, between.delta, series);
        linear.apply(b, null, between.x, between.b, series);
        linear.apply(c, null, between.x, between.c, series);
        scan.step(system, state, between.x, between.delta, between.b, between.c, between.z, between.x, series);
        linear.apply(out, null, between.x, y, series);
    }

    /** What stands between the parts of a step. */
    private final class Work {
        private final Tensor x;
        private final Tensor z;
        private final Tensor delta;
        private final Tensor down;
        private final Tensor b;
        private final Tensor c;

        Work(int series) {
            this.x = kernels.zeros(inner, series);
            this.z = kernels.zeros(inner, series);
            this.delta = kernels.zeros(inner, series);
            this.down = kernels.zeros(rank, series);
            this.b = kernels.zeros(states, series);
            this.c = kernels.zeros(states, series);
        }
    }
}
