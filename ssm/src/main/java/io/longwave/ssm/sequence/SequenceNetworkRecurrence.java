package io.longwave.ssm.sequence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.kernel.KernelSequence;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.SeriesActivation;
import io.longwave.kernel.SeriesLinear;
import io.longwave.kernel.SeriesMixing;
import io.longwave.ssm.sequence.SequenceConfig.Norm;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/**
 * A whole sequence network one step at a time, over many series at once: what {@link SequenceNetwork#record} says at position t after t steps
 * from a state of zeros. Float32 with a fixed order of operations, so that the bits of a series depend neither on the JIT nor on which series are
 * stepped with it. Layout is series-fastest. It copies the weights; immutable and safe to share: what changes is in its {@linkplain Cohort
 * cohorts}. A step is a patch of k samples: the caller collects them.
 */
public final class SequenceNetworkRecurrence {
    private final Kernels kernels;
    private final SequenceConfig config;
    private final SeriesLinear linear;
    private final SeriesActivation activation;
    private final SeriesMixing mixing;
    private final Tensor encoderWeight;
    private final Tensor encoderBias;
    private final List<Block> blocks;
    private final @Nullable Affine last;
    private final int stateSize;

    private SequenceNetworkRecurrence(Kernels kernels, SequenceConfig config, Variable encoderWeight, Variable encoderBias,
            List<Block> blocks, @Nullable Affine last) {
        this.kernels = kernels;
        this.config = config;
        this.linear = kernels.seriesLinear();
        this.activation = kernels.seriesActivation();
        this.mixing = kernels.seriesMixing();
        this.encoderWeight = copy(kernels, encoderWeight);
        this.encoderBias = copy(kernels, encoderBias);
        this.blocks = blocks;
        this.last = last;
        this.stateSize = blocks.stream().mapToInt(block -> block.layer.stateSize()).sum();
    }

    private record Block(@Nullable Affine norm, SequenceRecurrence layer, Tensor weight, Tensor bias) {}

    /**
     * Gain and bias of a norm.
     *
     * @param mean of a batch norm, whose gain is divided by the running deviation; null for norms over channels
     */
    private record Affine(Tensor gain, Tensor bias, @Nullable Tensor mean) {}

    /** Empty if a layer has no recurrence. */
    static Optional<SequenceNetworkRecurrence> of(Kernels kernels, SequenceNetwork network) {
        List<Block> blocks = new ArrayList<>();
        for (SequenceNetwork.Block block : network.blocks()) {
            Optional<SequenceRecurrence> layer = block.layer().recurrence();
            if (layer.isEmpty()) {
                return Optional.empty();
            }
            blocks.add(
                    new Block(affine(kernels, block.norm()), layer.get(), copy(kernels, block.weight()), copy(kernels, block.bias())));
        }
        return Optional.of(new SequenceNetworkRecurrence(kernels, network.config(), network.encoderWeight(), network.encoderBias(), blocks,
                affine(kernels, network.last())));
    }

    private static Tensor copy(Kernels kernels, Variable variable) {
        Tensor copy = kernels.zeros(variable.value().shape().toArray());
        kernels.copy(variable.value(), copy, false);
        return copy;
    }

    private static @Nullable Affine affine(Kernels kernels, SequenceNetwork.@Nullable NormWeights norm) {
        if (norm == null) {
            return null;
        }
        if (norm.mean() == null || norm.variance() == null) {
            return new Affine(copy(kernels, norm.gain()), copy(kernels, norm.bias()), null);
        }
        float[] gain = kernels.toFloats(norm.gain().value());
        double[] variance = kernels.toDoubles(norm.variance().value());
        for (int h = 0; h < gain.length; h++) {
            gain[h] = (float) (gain[h] / Math.sqrt(variance[h] + SequenceNetwork.EPSILON));
        }
        return new Affine(kernels.of(gain, gain.length), copy(kernels, norm.bias()), copy(kernels, norm.mean()));
    }

    public SequenceConfig config() {
        return config;
    }

    /** Numbers of state per series; zeros are the state before the first step. */
    public int stateSize() {
        return stateSize;
    }

    /**
     * Series that will be stepped together, none of which has seen a step.
     *
     * @param series S, at least 1
     */
    public Cohort start(int series) {
        return new Cohort(series);
    }

    /**
     * S series that are stepped together, their states in the memory of the network's kernels. On a device a step is recorded and replayed; but
     * for the input and the output nothing leaves it. Confined to one thread at a time.
     */
    public final class Cohort implements AutoCloseable {
        private final int series;
        private final Tensor input;
        private final Tensor output;
        /** What a layer reads and writes. */
        private final Tensor in;
        private final Tensor mixed;
        private final List<SequenceRecurrence.Cohort> layers = new ArrayList<>();
        private final KernelSequence calls;

        private Cohort(int series) {
            if (series < 1) {
                throw new IllegalArgumentException("series: expected at least 1 but was " + series);
            }
            this.series = series;
            this.input = kernels.zeros(config.inputs() * config.patch(), series);
            this.output = kernels.zeros(config.width(), series);
            this.in = kernels.zeros(config.width(), series);
            this.mixed = kernels.zeros(2 * config.width(), series);
            for (Block block : blocks) {
                layers.add(block.layer.start(series));
            }
            boolean sequence = layers.stream().allMatch(SequenceRecurrence.Cohort::sequence);
            this.calls = sequence ? kernels.sequence(this::call) : KernelSequence.of(this::call);
        }

        public int series() {
            return series;
        }

        /**
         * One step of each series.
         *
         * @param u [V k, S], sample i of series v of a patch in row v k + i
         * @param y [H, S], out
         */
        public void step(float[] u, float[] y) {
            kernels.upload(u, input);
            advance();
            kernels.download(output, y);
        }

        /** [V k, S], what {@link #advance} takes. */
        public Tensor input() {
            return input;
        }

        /** [H, S], what {@link #advance} leaves. */
        public Tensor output() {
            return output;
        }

        /** One step of each series between {@link #input} and {@link #output}, which stay where the kernels are. */
        public void advance() {
            calls.run();
        }

        /** The same without a recording, one call after the other: what {@link #advance} is measured against. */
        public void advanceCallByCall() {
            call();
        }

        /** Sets the states of all layers, one layer after the other, [stateSize, S]. */
        public void write(float[] states) {
            requireSize(states);
            int at = 0;
            for (int i = 0; i < layers.size(); i++) {
                float[] own = new float[blocks.get(i).layer.stateSize() * series];
                System.arraycopy(states, at, own, 0, own.length);
                layers.get(i).write(own);
                at += own.length;
            }
        }

        /** Copies the states of all layers out, [stateSize, S]. */
        public void read(float[] states) {
            requireSize(states);
            int at = 0;
            for (int i = 0; i < layers.size(); i++) {
                float[] own = new float[blocks.get(i).layer.stateSize() * series];
                layers.get(i).read(own);
                System.arraycopy(own, 0, states, at, own.length);
                at += own.length;
            }
        }

        private void requireSize(float[] states) {
            if (states.length != (long) stateSize * series) {
                throw new IllegalArgumentException(
                        "states: expected " + (long) stateSize * series + " numbers but was " + states.length);
            }
        }

        private void call() {
            linear.apply(encoderWeight, encoderBias, input, output, series);
            for (int i = 0; i < blocks.size(); i++) {
                Block block = blocks.get(i);
                boolean before = config.preNorm() && block.norm != null;
                if (before) {
                    normalize(block.norm, output, in);
                }
                layers.get(i).step(before ? in : output, in);
                mixing.add(block.weight, block.bias, in, mixed, output, series);
                if (!config.preNorm()) {
                    normalize(block.norm, output, output);
                }
            }
            normalize(last, output, output);
        }

        private void normalize(@Nullable Affine norm, Tensor x, Tensor y) {
            if (norm == null) {
                return;
            }
            if (norm.mean == null) {
                Kind kind = config.norm() == Norm.RMS ? Kind.RMS : Kind.LAYER;
                activation.normalize(kind, x, (float) SequenceNetwork.EPSILON, norm.gain, norm.bias, y, series);
            } else {
                activation.scale(x, norm.mean, norm.gain, norm.bias, y, series);
            }
        }

        /** Gives back what was recorded. */
        @Override
        public void close() {
            calls.close();
        }
    }
}
