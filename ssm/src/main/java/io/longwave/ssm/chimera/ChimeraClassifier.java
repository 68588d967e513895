package io.longwave.ssm.chimera;

import java.util.Arrays;
import java.util.SplittableRandom;

import io.longwave.kernel.CrossEntropyLoss.Weighting;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.sequence.SequenceModel;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;
import io.longwave.train.classify.TrainableClassifier;

/** A Chimera network whose hidden vectors are averaged over variates and over the steps within the length of a recording, then mapped to classes. */
public final class ChimeraClassifier extends SequenceModel implements TrainableClassifier {
    private final Shape shape;
    private final ChimeraNetwork network;
    private final GridWindows windows;
    private final Variable headWeight;
    private final Variable headBias;
    private final Passes<Extent, Pass> trainingPasses = passes(extent -> new Pass(extent, true));
    private final Passes<Extent, Pass> classifyingPasses = passes(extent -> new Pass(extent, false));

    /**
     * What is told apart.
     *
     * @param length longest recording, in samples
     * @param classes C
     * @param smoothing of the labels, in [0, 1)
     * @param maxGradient largest norm of all gradients together; 0 for any
     */
    record Shape(int length, int classes, double smoothing, double maxGradient) {}

    ChimeraClassifier(Kernels kernels, ChimeraConfig config, Shape shape, long seed) {
        super(kernels, new ParameterSet(kernels), new DropoutStream(config.dropout(), seed));
        this.shape = shape;
        SplittableRandom random = new SplittableRandom(seed);
        this.network = new ChimeraNetwork(parameters(), "", config, random);
        Draws draws = new Draws(parameters(), random);
        this.headWeight = draws.uniform("head.weight", 1, config.width(), shape.classes, config.width());
        this.headBias = draws.bias("head.bias", config.width(), shape.classes);
        this.windows = new GridWindows(config, false);
    }

    @Override
    public int channels() {
        return network.config().variates();
    }

    @Override
    public int classes() {
        return shape.classes;
    }

    @Override
    public double trainStep(float[] sequences, int[] lengths, int[] labels, int batch, int length, OptimizerStep step) {
        Pass pass = trainingPasses.of(new Extent(batch, length));
        pass.upload(sequences, lengths);
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
        float[] answers = kernels().toFloats(pass.probabilities);
        for (int b = 0; b < batch; b++) {
            for (int c = 0; c < shape.classes; c++) {
                probabilities[b * shape.classes + c] = answers[c * batch + b];
            }
        }
    }

    private record Extent(int batch, int length) {}

    /** One recorded pass. */
    private final class Pass {
        private final Extent extent;
        private final Tape tape;
        private final Variable patches;
        private final float[] numbers;
        private final int[] steps;
        private final int[] labels;
        private final Tensor loss;
        private final Tensor probabilities; // [C, B]

        private Pass(Extent extent, boolean training) {
            if (extent.length > shape.length) {
                throw new IllegalArgumentException("length: expected at most " + shape.length + " samples but was " + extent.length);
            }
            ChimeraConfig config = network.config();
            int variates = config.variates();
            int batch = extent.batch;
            this.extent = extent;
            this.tape = new Tape(kernels(), training ? dropouts() : null);
            GridRecorder recorder = new GridRecorder(tape, training);
            this.patches = tape.constant(kernels().zeros(ChimeraNetwork.inputs(config), variates, config.steps(extent.length), batch));
            this.numbers = new float[patches.value().size()];
            this.steps = new int[batch];
            this.labels = new int[batch];
            this.loss = kernels().zeros(1);
            Variable hidden = network.record(recorder, patches, null);
            Variable logits = tape.linear(mean(hidden, variates), headWeight, headBias);
            if (training) {
                this.probabilities = tape.crossEntropy(logits, labels, new Weighting(shape.smoothing, new double[0]), loss, 0, 1);
            } else {
                this.probabilities = kernels().zeros(shape.classes, batch);
                tape.record(() -> kernels().crossEntropyLoss().probabilities(logits.value(), probabilities), () -> {});
            }
        }

        /** Mean over variates and the steps that count, [M, V, L, B] into [M, B]. */
        private Variable mean(Variable hidden, int variates) {
            int width = hidden.dim(0);
            int batch = extent.batch;
            Variable overTime = tape.transposed(hidden.view(width * variates, hidden.dim(2), batch));
            Variable pooled = tape.meanOverTime(overTime, steps).view(width, variates, batch);
            double[] shares = new double[width * variates];
            Arrays.fill(shares, 1.0 / variates);
            return tape.product(tape.constant(kernels().of(shares, width, 1, variates)), pooled).view(width, batch);
        }

        private void upload(float[] sequences, int[] lengths) {
            for (int b = 0; b < extent.batch; b++) {
                if (lengths[b] < 1 || lengths[b] > extent.length) {
                    throw new IllegalArgumentException("length: expected 1 to " + extent.length + " samples but was " + lengths[b]);
                }
                steps[b] = network.config().steps(lengths[b]);
            }
            windows.fit(sequences, extent.batch, extent.length, extent.length);
            windows.patches(sequences, extent.batch, extent.length, extent.length, lengths, numbers);
            kernels().upload(numbers, patches.value());
        }
    }
}
