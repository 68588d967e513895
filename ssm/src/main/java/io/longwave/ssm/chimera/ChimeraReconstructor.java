package io.longwave.ssm.chimera;

import java.util.SplittableRandom;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.sequence.SequenceModel;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;
import io.longwave.train.reconstruct.TrainableReconstructor;

/**
 * Two Chimera networks around a bottleneck: the first brings every patch of k samples of each series down to a code of fewer numbers, seeing all
 * series and what came before; the second gives the patches back from the codes alone. What the codes cannot carry is the anomaly score.
 */
public final class ChimeraReconstructor extends SequenceModel implements TrainableReconstructor {
    private final Shape shape;
    private final ChimeraNetwork encoder;
    private final ChimeraNetwork decoder;
    private final GridWindows windows;
    private final Variable codeWeight;
    private final Variable codeBias;
    private final Variable headWeight;
    private final Variable headBias;
    private final Passes<Integer, Pass> trainingPasses = passes(batch -> new Pass(batch, true));
    private final Passes<Integer, Pass> reconstructingPasses = passes(batch -> new Pass(batch, false));

    /**
     * What is reconstructed.
     *
     * @param window L, a multiple of the patch
     * @param bottleneck numbers of a code, less than the patch
     * @param maxGradient largest norm of all gradients together; 0 for any
     */
    record Shape(int window, int bottleneck, double maxGradient) {}

    ChimeraReconstructor(Kernels kernels, ChimeraConfig config, Shape shape, long seed) {
        super(kernels, new ParameterSet(kernels), new DropoutStream(config.dropout(), seed));
        if (shape.window % config.patch() != 0) {
            throw new IllegalArgumentException("window: expected a multiple of the patch " + config.patch() + " but was " + shape.window);
        }
        if (shape.bottleneck >= config.patch()) {
            throw new IllegalArgumentException(
                    "bottleneck: expected less than the " + config.patch() + " samples of a patch but was " + shape.bottleneck);
        }
        this.shape = shape;
        SplittableRandom random = new SplittableRandom(seed);
        int width = config.width();
        this.encoder = new ChimeraNetwork(parameters(), "encoder.", config, random);
        Draws draws = new Draws(parameters(), random);
        this.codeWeight = draws.uniform("code.weight", 1, width, shape.bottleneck, width);
        this.codeBias = draws.bias("code.bias", width, shape.bottleneck);
        ChimeraConfig back = new ChimeraConfig(config.variates(), shape.bottleneck, width, config.expansion(), config.states(),
                config.blocks(),
                config.filter(), config.stepRank(), config.discretization(), config.companionTrend(), config.dropout());
        this.decoder = new ChimeraNetwork(parameters(), "decoder.", back, random);
        this.headWeight = draws.uniform("head.weight", 1, width, config.patch(), width);
        this.headBias = draws.bias("head.bias", width, config.patch());
        this.windows = new GridWindows(config, false);
    }

    @Override
    public int window() {
        return shape.window;
    }

    @Override
    public int variates() {
        return encoder.config().variates();
    }

    @Override
    public double trainStep(float[] rows, int batch, OptimizerStep step) {
        Pass pass = trainingPasses.of(batch);
        pass.upload(rows);
        beginStep();
        pass.tape.forward();
        parameters().forgetGradients();
        pass.tape.backward();
        update(step, shape.maxGradient);
        return kernels().toDoubles(pass.loss)[0];
    }

    @Override
    public void reconstruct(float[] rows, int batch, float[] out) {
        Pass pass = reconstructingPasses.of(batch);
        pass.upload(rows);
        pass.tape.forward();
        windows.rows(kernels().toFloats(pass.back.value()), batch, shape.window, out);
    }

    /** One recorded pass. */
    private final class Pass {
        private final int batch;
        private final Tape tape;
        private final Variable patches;
        private final Tensor target; // [k, V, L′, B]
        private final Variable back;
        private final float[] numbers;
        private final Tensor loss;

        private Pass(int batch, boolean training) {
            ChimeraConfig config = encoder.config();
            int variates = config.variates();
            int steps = config.steps(shape.window);
            this.batch = batch;
            this.tape = new Tape(kernels(), training ? dropouts() : null);
            GridRecorder recorder = new GridRecorder(tape, training);
            this.patches = tape.constant(kernels().zeros(ChimeraNetwork.inputs(config), variates, steps, batch));
            this.target = kernels().zeros(config.patch(), variates, steps, batch);
            this.numbers = new float[patches.value().size()];
            this.loss = kernels().zeros(1);
            Variable code = tape.linear(encoder.record(recorder, patches, null), codeWeight, codeBias);
            Variable told = recorder.withVariates(code);
            this.back = tape.linear(decoder.record(recorder, told, null), headWeight, headBias);
            if (training) {
                tape.meanSquaredError(back, target, null, loss, 0, 1);
            }
        }

        private void upload(float[] rows) {
            windows.fit(rows, batch, shape.window, shape.window);
            windows.patches(rows, batch, shape.window, shape.window, null, numbers);
            kernels().upload(numbers, patches.value());
            kernels().upload(java.util.Arrays.copyOf(numbers, target.size()), target);
        }
    }
}
