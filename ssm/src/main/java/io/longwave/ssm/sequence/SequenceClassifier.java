package io.longwave.ssm.sequence;

import java.util.Arrays;
import java.util.SplittableRandom;

import io.longwave.kernel.CrossEntropyLoss.Weighting;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;
import io.longwave.train.classify.TrainableClassifier;
import tools.jackson.databind.node.ObjectNode;

/**
 * A sequence network whose steps, those within the length of a recording, are pooled and mapped to one logit per class. B batch, L padded
 * length, V channels, C classes.
 */
public final class SequenceClassifier extends SequenceModel implements TrainableClassifier {
    private final Shape shape;
    private final SequenceNetwork network;
    private final Variable headWeight;
    private final Variable headBias;
    private final long seed;
    private final Passes<Extent, Pass> trainingPasses = passes(extent -> new Pass(extent, true), pass -> pass.tape);
    private final Passes<Extent, Pass> classifyingPasses = passes(extent -> new Pass(extent, false), pass -> pass.tape);

    /**
     * What is told apart.
     *
     * @param length longest recording, in samples
     * @param channels V
     * @param classes C
     * @param pooling of the steps of the last layer
     * @param smoothing of the labels, in [0, 1)
     * @param augmentation of what is trained on
     * @param maxGradient largest norm of all gradients together; 0 for any
     */
    public record Shape(int length, int channels, int classes, Pooling pooling, double smoothing, Augmentation augmentation,
            double maxGradient) {}

    SequenceClassifier(Kernels kernels, LayerFamily family, ObjectNode layer, SequenceConfig config, Shape shape, long seed) {
        super(kernels, new ParameterSet(kernels), new DropoutStream(config.configuredDropout(), seed));
        this.shape = shape;
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        this.network = new SequenceNetwork(parameters(), "", family, layer, config, shape.length, random);
        this.headWeight = SequenceNetwork.uniform(parameters(), "head.weight", random, config.width(), shape.classes, config.width());
        this.headBias = SequenceNetwork.bias(parameters(), "head.bias", random, config.width(), shape.classes);
    }

    @Override
    public int channels() {
        return shape.channels;
    }

    @Override
    public int classes() {
        return shape.classes;
    }

    @Override
    public double trainStep(float[] sequences, int[] lengths, int[] labels, int batch, int length, OptimizerStep step) {
        Pass pass = trainingPasses.of(new Extent(batch, length));
        if (shape.augmentation.isNone()) {
            pass.upload(sequences, lengths);
        } else {
            SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + parameters().updates());
            shape.augmentation.apply(random, sequences, lengths, batch, length, shape.channels, pass.numbers, pass.shifted);
            pass.upload(pass.numbers, pass.shifted);
        }
        System.arraycopy(labels, 0, pass.labels, 0, batch);
        beginStep();
        pass.tape.forward();
        parameters().forgetGradients();
        pass.tape.backward();
        update(step, shape.maxGradient);
        return kernels().toDoubles(pass.loss)[0];
    }

    @Override
    public void classify(float[] sequences, int[] lengths, int batch, int length, float[] probabilities) {
        Pass pass = classifyingPasses.of(new Extent(batch, length));
        pass.upload(sequences, lengths);
        pass.tape.forward();
        kernels().download(pass.probabilities.value(), pass.answers);
        System.arraycopy(pass.answers, 0, probabilities, 0, pass.answers.length);
    }

    private record Extent(int batch, int length) {}

    /** One recorded pass. */
    private final class Pass {
        private final Extent extent;
        private final Tape tape;
        private final Tensor rows;
        private final float[] numbers;
        private final int[] shifted;
        private final int[] samples;
        private final int[] steps;
        private final int[] labels;
        private final Tensor loss;
        private final Variable probabilities; // [1, B, C]
        private final float[] answers;

        private Pass(Extent extent, boolean training) {
            if (extent.length > shape.length) {
                throw new IllegalArgumentException("length: expected at most " + shape.length + " samples but was " + extent.length);
            }
            this.extent = extent;
            int batch = extent.batch;
            this.tape = new Tape(kernels(), training ? dropouts() : null);
            tape.shareGradients();
            this.rows = kernels().zeros(batch, extent.length, shape.channels);
            this.numbers = new float[rows.size()];
            this.shifted = new int[batch];
            this.samples = new int[batch];
            this.steps = new int[batch];
            this.labels = new int[batch];
            this.loss = kernels().zeros(1);
            Arrays.fill(samples, extent.length);
            Variable patches = tape.channelsOf(rows, samples, network.config().patch(), null, null);
            Variable hidden = shape.pooling.record(tape, network.record(tape, patches, steps), steps);
            Variable logits = tape.linear(hidden, headWeight, headBias);
            Variable softmax = tape.variable(shape.classes, batch);
            if (training) {
                tape.crossEntropy(logits, labels, new Weighting(shape.smoothing, new double[0]), loss, 0, 1);
            } else {
                tape.record(() -> kernels().crossEntropyLoss().probabilities(logits.value(), softmax.value()), () -> {});
            }
            this.probabilities = tape.transposed(softmax.view(1, shape.classes, batch));
            this.answers = new float[batch * shape.classes];
        }

        private void upload(float[] sequences, int[] lengths) {
            for (int b = 0; b < extent.batch; b++) {
                if (lengths[b] < 1 || lengths[b] > extent.length) {
                    throw new IllegalArgumentException("length: expected 1 to " + extent.length + " samples but was " + lengths[b]);
                }
                samples[b] = lengths[b];
                steps[b] = network.config().steps(lengths[b]);
            }
            if (sequences.length != numbers.length) {
                System.arraycopy(sequences, 0, numbers, 0, numbers.length);
                kernels().upload(numbers, rows);
            } else {
                kernels().upload(sequences, rows);
            }
        }
    }
}
