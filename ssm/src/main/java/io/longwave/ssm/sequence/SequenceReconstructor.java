package io.longwave.ssm.sequence;

import java.util.Arrays;
import java.util.SplittableRandom;

import io.longwave.kernel.DeviationLoss;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;
import io.longwave.train.reconstruct.TrainableReconstructor;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two sequence networks around a bottleneck: the first brings every step (a patch of k samples of V series) down to a code of K &lt; V k
 * numbers, the second gives the patch back from the codes so far. What passes is at most K / (V k) of the window, so the identity is out of
 * reach however large the layers are; what is left over is the anomaly score. B batch, L window, V variates.
 */
public final class SequenceReconstructor extends SequenceModel implements TrainableReconstructor {
    private final Shape shape;
    private final SequenceNetwork encoder;
    private final SequenceNetwork decoder;
    private final Variable codeWeight;
    private final Variable codeBias;
    private final Variable headWeight;
    private final Variable headBias;
    private final long seed;
    private final Passes<Integer, Pass> trainingPasses = passes(batch -> new Pass(batch, true), pass -> pass.tape);
    private final Passes<Integer, Pass> reconstructingPasses = passes(batch -> new Pass(batch, false), pass -> pass.tape);

    /**
     * What is reconstructed.
     *
     * @param window L, a multiple of the patch
     * @param variates V
     * @param bottleneck K, less than V times the patch
     * @param noise deviation of Gaussian noise added to what goes in, not to what is to come out
     * @param loss between the two
     * @param maxGradient largest norm of all gradients together; 0 for any
     */
    public record Shape(int window, int variates, int bottleneck, double noise, DeviationLoss.Kind loss, double maxGradient) {}

    SequenceReconstructor(Kernels kernels, LayerFamily family, ObjectNode layer, SequenceConfig config, Shape shape, long seed) {
        super(kernels, new ParameterSet(kernels), new DropoutStream(config.configuredDropout(), seed));
        int inputs = shape.variates * config.patch();
        if (shape.window % config.patch() != 0) {
            throw new IllegalArgumentException("window: expected a multiple of the patch " + config.patch() + " but was " + shape.window);
        }
        if (shape.bottleneck >= inputs) {
            throw new IllegalArgumentException("bottleneck: expected less than the " + inputs + " numbers of a step but was "
                    + shape.bottleneck);
        }
        this.shape = shape;
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        int width = config.width();
        int steps = shape.window / config.patch();
        this.encoder = new SequenceNetwork(parameters(), "encoder.", family, layer, config, shape.window, random);
        this.codeWeight = SequenceNetwork.uniform(parameters(), "code.weight", random, width, shape.bottleneck, width);
        this.codeBias = SequenceNetwork.bias(parameters(), "code.bias", random, width, shape.bottleneck);
        SequenceConfig back = new SequenceConfig(shape.bottleneck, 1, width, config.blocks(), config.norm(), config.preNorm(),
                config.dropout(), config.tiedDropout());
        this.decoder = new SequenceNetwork(parameters(), "decoder.", family, layer, back, steps, random);
        this.headWeight = SequenceNetwork.uniform(parameters(), "head.weight", random, width, inputs, width);
        this.headBias = SequenceNetwork.bias(parameters(), "head.bias", random, width, inputs);
    }

    @Override
    public int window() {
        return shape.window;
    }

    @Override
    public int variates() {
        return shape.variates;
    }

    @Override
    public double trainStep(float[] windows, int batch, OptimizerStep step) {
        Pass pass = trainingPasses.of(batch);
        kernels().upload(windows, pass.target);
        kernels().upload(shape.noise == 0 ? windows : pass.noisy(windows), pass.rows);
        beginStep();
        pass.tape.forward();
        parameters().forgetGradients();
        pass.tape.backward();
        update(step, shape.maxGradient);
        return kernels().toDoubles(pass.loss)[0];
    }

    @Override
    public void reconstruct(float[] windows, int batch, float[] out) {
        Pass pass = reconstructingPasses.of(batch);
        kernels().upload(windows, pass.rows);
        pass.tape.forward();
        kernels().download(pass.out, out);
    }

    /** One recorded pass. */
    private final class Pass {
        private final Tape tape;
        private final Tensor rows;
        private final Tensor target;
        private final Tensor out;
        private final Tensor loss;
        private final float[] numbers;

        private Pass(int batch, boolean training) {
            this.tape = new Tape(kernels(), training ? dropouts() : null);
            tape.shareGradients();
            this.rows = kernels().zeros(batch, shape.window, shape.variates);
            this.target = kernels().zeros(batch, shape.window, shape.variates);
            this.out = kernels().zeros(batch, shape.window, shape.variates);
            this.loss = kernels().zeros(1);
            this.numbers = new float[rows.size()];
            int patch = encoder.config().patch();
            int[] lengths = new int[batch];
            Arrays.fill(lengths, shape.window / patch);
            Variable patches = tape.channelsOf(rows, null, patch, null, null);
            Variable code = tape.linear(encoder.record(tape, patches, lengths), codeWeight, codeBias);
            Variable back = tape.linear(decoder.record(tape, code, lengths), headWeight, headBias);
            if (training) {
                Variable wanted = tape.channelsOf(target, null, patch, null, null);
                tape.deviation(shape.loss, back, wanted.value(), null, loss, 0, 1);
            } else {
                tape.record(() -> kernels().sequenceLayout().toRows(back.value(), patch, out), () -> {});
            }
        }

        private float[] noisy(float[] windows) {
            SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + parameters().updates());
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = windows[i] + (float) (shape.noise * random.nextGaussian());
            }
            return numbers;
        }
    }
}
