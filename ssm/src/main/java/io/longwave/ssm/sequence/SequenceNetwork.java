package io.longwave.ssm.sequence;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.sequence.SequenceConfig.Norm;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.ParameterSet.Group;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sequence layers in residual blocks. x = W u + b at every step, then per block x ← x + GLU(W dropout(gelu(layer(norm(x)))) + b), or
 * norm(x + GLU(.. layer(x) ..)) with the norm behind. The weights live in the parameter set it was made with; a pass may record it for any batch
 * and length.
 */
public final class SequenceNetwork {
    static final double EPSILON = 1e-5;
    private static final double MOMENTUM = 0.1;

    private final Kernels kernels;
    private final SequenceConfig config;
    private final Variable encoderWeight;
    private final Variable encoderBias;
    private final Block[] blocks;
    private final @Nullable NormWeights last;

    /**
     * @param prefix of the names of all tensors
     * @param layer settings of the family
     * @param samples longest sequence it is recorded with, in samples
     */
    public SequenceNetwork(ParameterSet parameters, String prefix, LayerFamily family, ObjectNode layer, SequenceConfig config, int samples,
            SplittableRandom random) {
        this.kernels = parameters.kernels();
        this.config = config;
        int width = config.width();
        int fanIn = config.inputs() * config.patch();
        this.encoderWeight = uniform(parameters, prefix + "encoder.weight", random, fanIn, width, fanIn);
        this.encoderBias = bias(parameters, prefix + "encoder.bias", random, fanIn, width);
        this.blocks = new Block[config.blocks()];
        for (int i = 0; i < blocks.length; i++) {
            String name = prefix + "blocks." + i + ".";
            NormWeights norm = norm(parameters, name + "norm.", config);
            SequenceLayer made = family.create(parameters, name + "layer.", layer, width, config.steps(samples), random.split());
            blocks[i] = new Block(norm, made, uniform(parameters, name + "mixing.weight", random, width, 2 * width, width),
                    bias(parameters, name + "mixing.bias", random, width, 2 * width));
        }
        this.last = config.preNorm() ? norm(parameters, prefix + "norm.", config) : null;
    }

    record Block(@Nullable NormWeights norm, SequenceLayer layer, Variable weight, Variable bias) {}

    record NormWeights(Variable gain, Variable bias, @Nullable Variable mean, @Nullable Variable variance) {}

    private static @Nullable NormWeights norm(ParameterSet parameters, String prefix, SequenceConfig config) {
        int width = config.width();
        if (config.norm() == Norm.NONE) {
            return null;
        }
        double[] ones = new double[width];
        Arrays.fill(ones, 1);
        Variable gain = parameters.trained(prefix + "gain", Group.NO_DECAY, ones, width);
        Variable bias = config.norm() == Norm.RMS
                ? parameters.buffer(prefix + "bias", new double[width], width)
                : parameters.trained(prefix + "bias", Group.NO_DECAY, new double[width], width);
        if (config.norm() != Norm.BATCH) {
            return new NormWeights(gain, bias, null, null);
        }
        return new NormWeights(gain, bias, parameters.buffer(prefix + "mean", new double[width], width),
                parameters.buffer(prefix + "variance", ones, width));
    }

    /** U(−1/√fanIn, 1/√fanIn). */
    static Variable uniform(ParameterSet parameters, String name, SplittableRandom random, int fanIn, int... dims) {
        return parameters.trained(name, draw(random, fanIn, dims), dims);
    }

    /** The same, left alone by weight decay. */
    static Variable bias(ParameterSet parameters, String name, SplittableRandom random, int fanIn, int dim) {
        return parameters.trained(name, Group.NO_DECAY, draw(random, fanIn, dim), dim);
    }

    private static double[] draw(SplittableRandom random, int fanIn, int... dims) {
        int size = 1;
        for (int dim : dims) {
            size *= dim;
        }
        double bound = 1 / Math.sqrt(fanIn);
        return random.doubles(size, -bound, bound).toArray();
    }

    public SequenceConfig config() {
        return config;
    }

    /** The network with its present weights as a recurrence; empty if a layer has none. */
    public Optional<SequenceNetworkRecurrence> recurrence() {
        return SequenceNetworkRecurrence.of(kernels, this);
    }

    List<Block> blocks() {
        return List.of(blocks);
    }

    Variable encoderWeight() {
        return encoderWeight;
    }

    Variable encoderBias() {
        return encoderBias;
    }

    @Nullable
    NormWeights last() {
        return last;
    }

    /**
     * Records the network.
     *
     * @param u patches as {@link Tape#channelsOf} makes them, [V k, B, L′]
     * @param lengths [B], steps that count in batch statistics, 1 to L′; read anew in every pass
     * @return [H, B, L′]
     */
    public Variable record(Tape tape, Variable u, int[] lengths) {
        Variable x = tape.linear(u, encoderWeight, encoderBias);
        for (Block block : blocks) {
            Variable in = config.preNorm() ? normalized(tape, x, block.norm, lengths) : x;
            Variable mixed = tape.activatedLinear(block.layer.record(tape, in), block.weight, block.bias);
            Variable sum = tape.copyOf(x);
            tape.addGlu(mixed, sum);
            x = config.preNorm() ? sum : normalized(tape, sum, block.norm, lengths);
        }
        return normalized(tape, x, last, lengths);
    }

    private Variable normalized(Tape tape, Variable x, @Nullable NormWeights norm, int[] lengths) {
        if (norm == null) {
            return x;
        }
        if (norm.mean != null && norm.variance != null) {
            return tape.batchNorm(x, lengths, norm.gain, norm.bias, norm.mean, norm.variance, EPSILON, MOMENTUM);
        }
        return config.norm() == Norm.RMS
                ? tape.rmsNorm(x, norm.gain, norm.bias, EPSILON)
                : tape.layerNorm(x, norm.gain, norm.bias, EPSILON);
    }
}
