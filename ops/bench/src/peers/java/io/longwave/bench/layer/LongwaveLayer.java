package io.longwave.bench.layer;

import java.util.SplittableRandom;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** A layer of ours. Also where the numbers for the others come from. */
final class LongwaveLayer implements LayerStep {
    private final Kernels kernels;
    private final ParameterSet parameters;
    private final Tape tape;
    private final Variable input;
    private final Variable output;
    private final Sizes sizes;
    private final float[] weight;

    /** H channels, B sequences of L. */
    record Sizes(int channels, int batch, int length) {
        int numbers() {
            return channels * batch * length;
        }
    }

    LongwaveLayer(LayerFamily family, Sizes sizes, int threads) {
        this.sizes = sizes;
        this.kernels = new SimdKernels(threads);
        this.parameters = new ParameterSet(kernels);
        var layer = family.create(parameters, "", family.defaultConfig(sizes.length), sizes.channels, sizes.length,
                new SplittableRandom(1));
        this.tape = new Tape(kernels, null);
        this.input = Variable.trained(kernels, kernels.zeros(sizes.channels, sizes.batch, sizes.length));
        kernels.upload(normal(sizes.numbers(), 2), input.value());
        this.weight = normal(sizes.numbers(), 3);
        Tensor weights = kernels.zeros(sizes.channels, sizes.batch, sizes.length);
        kernels.upload(weight, weights);
        this.output = layer.record(tape, input);
        tape.record(() -> {}, () -> {
            boolean add = output.accumulate();
            kernels.copy(weights, output.gradient(), add);
        });
    }

    private static float[] normal(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] out = new float[size];
        for (int i = 0; i < size; i++) {
            out[i] = (float) random.nextGaussian();
        }
        return out;
    }

    @Override
    public String name() {
        return "longwave";
    }

    @Override
    public void step() {
        tape.forward();
        parameters.forgetGradients();
        input.forgetGradient();
        tape.backward();
    }

    @Override
    public float[] output() {
        return kernels.toFloats(output.value());
    }

    @Override
    public float[] gradientOfC() {
        return kernels.toFloats(parameters.get("C").variable().gradient());
    }

    Sizes sizes() {
        return sizes;
    }

    /** A weight by its name. */
    float[] weight(String name) {
        return kernels.toFloats(parameters.get(name).variable().value());
    }

    int[] shape(String name) {
        return parameters.get(name).variable().value().shape().toArray();
    }

    /** u, [H, B, L]. */
    float[] input() {
        return kernels.toFloats(input.value());
    }

    /** Gradient of y, [H, B, L]. */
    float[] outputGradient() {
        return weight;
    }

    @Override
    public void close() {}
}
