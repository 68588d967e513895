package io.longwave.ssm.sequence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.SeriesActivation;
import io.longwave.kernel.SeriesLinear;
import io.longwave.ssm.sequence.SequenceConfig.Norm;
import io.longwave.ssm.tape.Variable;

/**
 * A whole sequence network one step at a time, over many series at once: what {@link SequenceNetwork#record} says at position t after t steps
 * from a state of zeros. Float32 with a fixed order of operations, so that the bits of a series depend neither on the JIT nor on which series are
 * stepped with it. Layout is series-fastest. It copies the weights; immutable and safe to share, arrays between the steps are kept per thread.
 * A step is a patch of k samples: the caller collects them.
 */
public final class SequenceNetworkRecurrence {
    private final SequenceConfig config;
    private final SeriesLinear linear;
    private final SeriesActivation activation;
    private final float[] encoderWeight;
    private final float[] encoderBias;
    private final List<Block> blocks;
    private final @Nullable Affine last;
    private final int stateSize;
    private final ThreadLocal<Work> work = ThreadLocal.withInitial(() -> new Work(0));

    private SequenceNetworkRecurrence(Kernels kernels, SequenceConfig config, Variable encoderWeight, Variable encoderBias,
            List<Block> blocks,
            @Nullable Affine last) {
        this.config = config;
        this.linear = kernels.seriesLinear();
        this.activation = kernels.seriesActivation();
        this.encoderWeight = kernels.toFloats(encoderWeight.value());
        this.encoderBias = kernels.toFloats(encoderBias.value());
        this.blocks = blocks;
        this.last = last;
        this.stateSize = blocks.stream().mapToInt(block -> block.layer.stateSize()).sum();
    }

    private record Block(@Nullable Affine norm, SequenceRecurrence layer, float[] weight, float[] bias) {}

    /**
     * Gain and bias of a norm.
     *
     * @param mean of a batch norm, whose gain is divided by the running deviation; empty for norms over channels
     */
    private record Affine(float[] gain, float[] bias, float[] mean) {}

    /** Empty if a layer has no recurrence. */
    static Optional<SequenceNetworkRecurrence> of(Kernels kernels, SequenceNetwork network) {
        List<Block> blocks = new ArrayList<>();
        for (SequenceNetwork.Block block : network.blocks()) {
            Optional<SequenceRecurrence> layer = block.layer().recurrence();
            if (layer.isEmpty()) {
                return Optional.empty();
            }
            blocks.add(new Block(affine(kernels, block.norm()), layer.get(), kernels.toFloats(block.weight().value()),
                    kernels.toFloats(block.bias().value())));
        }
        return Optional.of(new SequenceNetworkRecurrence(kernels, network.config(), network.encoderWeight(), network.encoderBias(), blocks,
                affine(kernels, network.last())));
    }

    private static @Nullable Affine affine(Kernels kernels, SequenceNetwork.@Nullable NormWeights norm) {
        if (norm == null) {
            return null;
        }
        float[] gain = kernels.toFloats(norm.gain().value());
        float[] bias = kernels.toFloats(norm.bias().value());
        if (norm.mean() == null || norm.variance() == null) {
            return new Affine(gain, bias, new float[0]);
        }
        double[] variance = kernels.toDoubles(norm.variance().value());
        for (int h = 0; h < gain.length; h++) {
            gain[h] = (float) (gain[h] / Math.sqrt(variance[h] + SequenceNetwork.EPSILON));
        }
        return new Affine(gain, bias, kernels.toFloats(norm.mean().value()));
    }

    public SequenceConfig config() {
        return config;
    }

    /** Numbers of state per series; zeros are the state before the first step. */
    public int stateSize() {
        return stateSize;
    }

    /**
     * One step of each of S series.
     *
     * @param state [stateSize, S], in and out: the states of the layers one after the other
     * @param u [V k, S], sample i of series v of a patch in row v k + i
     * @param y [H, S], out
     * @param series S
     */
    public void step(float[] state, float[] u, float[] y, int series) {
        Work between = work.get();
        if (between.series != series) {
            between = new Work(series);
            work.set(between);
        }
        int size = config.width() * series;
        linear.apply(encoderWeight, encoderBias, config.inputs() * config.patch(), u, y, series);
        int stateAt = 0;
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            float[] in = between.in;
            if (config.preNorm()) {
                normalize(block.norm, y, in, series);
            } else {
                System.arraycopy(y, 0, in, 0, size);
            }
            float[] own = between.states[i];
            System.arraycopy(state, stateAt * series, own, 0, own.length);
            block.layer.step(own, in, in, series);
            System.arraycopy(own, 0, state, stateAt * series, own.length);
            stateAt += block.layer.stateSize();
            activation.gelu(in, size);
            linear.apply(block.weight, block.bias, config.width(), in, between.mixed, series);
            activation.addGated(between.mixed, y, size);
            if (!config.preNorm()) {
                normalize(block.norm, y, y, series);
            }
        }
        normalize(last, y, y, series);
    }

    private void normalize(@Nullable Affine norm, float[] x, float[] y, int series) {
        int width = config.width();
        if (norm == null) {
            System.arraycopy(x, 0, y, 0, width * series);
        } else if (norm.mean.length == 0) {
            Kind kind = config.norm() == Norm.RMS ? Kind.RMS : Kind.LAYER;
            activation.normalize(kind, x, (float) SequenceNetwork.EPSILON, norm.gain, norm.bias, y, series);
        } else {
            for (int h = 0; h < width; h++) {
                for (int i = h * series; i < (h + 1) * series; i++) {
                    y[i] = Math.fma(x[i] - norm.mean[h], norm.gain[h], norm.bias[h]);
                }
            }
        }
    }

    /** What one thread has between the layers, for {@code series} series. */
    private final class Work {
        private final int series;
        private final float[] in;
        private final float[] mixed;
        private final float[][] states;

        private Work(int series) {
            this.series = series;
            this.in = new float[config.width() * series];
            this.mixed = new float[2 * config.width() * series];
            this.states = new float[blocks.size()][];
            for (int i = 0; i < states.length; i++) {
                states[i] = new float[blocks.get(i).layer.stateSize() * series];
            }
        }
    }
}
