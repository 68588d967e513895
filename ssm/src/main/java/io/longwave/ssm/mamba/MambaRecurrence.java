package io.longwave.ssm.mamba;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SelectiveStep;
import io.longwave.kernel.SeriesConvolution;
import io.longwave.kernel.SeriesLinear;
import io.longwave.ssm.sequence.SequenceRecurrence;
import io.longwave.ssm.tape.Variable;

/**
 * One Mamba layer a sample at a time. The state of a series is first that of the scan, [E H, N], then the last inputs of the convolution,
 * [E H, taps − 1], oldest first. Arrays between the steps are kept per thread.
 */
final class MambaRecurrence implements SequenceRecurrence {
    private final SeriesLinear linear;
    private final SeriesConvolution convolution;
    private final SelectiveStep scan;
    private final int channels;
    private final int inner;
    private final int rank;
    private final int states;
    private final int taps;
    private final float[] x;
    private final float[] z;
    private final float[] taken;
    private final float[] takenBias;
    private final float[] deltaDown;
    private final float[] deltaUp;
    private final float[] b;
    private final float[] c;
    private final float[] out;
    private final SelectiveStep.System system;
    private final ThreadLocal<Work> work;

    MambaRecurrence(MambaParameters weights) {
        Kernels kernels = weights.kernels();
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
        this.system = new SelectiveStep.System(inner, states, 1, a, copy(kernels, weights.deltaBias()), copy(kernels, weights.skip()),
                weights.config().exactHold());
        this.work = ThreadLocal.withInitial(() -> new Work(0));
    }

    private static float[] copy(Kernels kernels, Variable variable) {
        return kernels.toFloats(variable.value());
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
    public void step(float[] state, float[] u, float[] y, int series) {
        Work between = work.get();
        if (between.series < series) {
            between = new Work(series);
            work.set(between);
        }
        linear.apply(x, null, channels, u, between.x, series);
        linear.apply(z, null, channels, u, between.z, series);
        convolution.step(taken, takenBias, state, inner * states * series, between.x, between.x, series);
        linear.apply(deltaDown, null, inner, between.x, between.down, series);
        linear.apply(deltaUp, null, rank, between.down, between.delta, series);
        linear.apply(b, null, inner, between.x, between.b, series);
        linear.apply(c, null, inner, between.x, between.c, series);
        scan.step(system, state, between.x, between.delta, between.b, between.c, between.z, between.x, series);
        linear.apply(out, null, inner, between.x, y, series);
    }

    /** What one thread has between the steps of a layer, for up to {@code series} series. */
    private final class Work {
        private final int series;
        private final float[] x;
        private final float[] z;
        private final float[] delta;
        private final float[] down;
        private final float[] b;
        private final float[] c;

        Work(int series) {
            this.series = series;
            this.x = new float[inner * series];
            this.z = new float[inner * series];
            this.delta = new float[inner * series];
            this.down = new float[rank * series];
            this.b = new float[states * series];
            this.c = new float[states * series];
        }
    }
}
