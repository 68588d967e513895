package io.longwave.ssm.sequence;

import java.util.Arrays;
import java.util.SplittableRandom;

import io.longwave.kernel.DeviationLoss;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.WindowCentring.Offset;
import io.longwave.ssm.windowed.WindowedModel;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;
import io.longwave.train.TrainableForecaster;
import tools.jackson.databind.node.ObjectNode;

/**
 * A sequence network that reads the lag of each window and maps what it has become at the end to all steps of the horizon at once.
 * Offset and scale of the window are taken off before and given back after. B batch, L lag, T horizon, V variates.
 */
public final class SequenceForecaster extends SequenceModel implements TrainableForecaster {
    private final Shape shape;
    private final SequenceNetwork network;
    private final WindowNormalization normalization;
    private final Variable headWeight;
    private final Variable headBias;
    private final Passes<Integer, Pass> trainingPasses = passes(batch -> new Pass(batch, true), pass -> pass.tape);
    private final Passes<Integer, Pass> forecastPasses = passes(batch -> new Pass(batch, false), pass -> pass.tape);

    /**
     * What is forecast from what.
     *
     * @param lag L, a multiple of the patch
     * @param horizon T
     * @param variates V
     * @param independent whether each series is forecast from itself alone, all by the same network; else all go in together
     * @param offset taken off each window
     * @param scaled whether each window is divided by its deviation too
     * @param pooling of the steps of the last layer
     * @param loss between forecast and truth, on normalised windows
     * @param maxGradient largest norm of all gradients together; 0 for any
     */
    public record Shape(int lag, int horizon, int variates, boolean independent, Offset offset, boolean scaled, Pooling pooling,
            DeviationLoss.Kind loss, double maxGradient) {}

    SequenceForecaster(Kernels kernels, LayerFamily family, ObjectNode layer, SequenceConfig config, Shape shape, long seed) {
        super(kernels, new ParameterSet(kernels), new DropoutStream(config.configuredDropout(), seed));
        if (shape.lag % config.patch() != 0) {
            throw new IllegalArgumentException("lag: expected a multiple of the patch " + config.patch() + " but was " + shape.lag);
        }
        this.shape = shape;
        SplittableRandom random = new SplittableRandom(seed);
        this.network = new SequenceNetwork(parameters(), "", family, layer, config, shape.lag, random);
        for (SequenceNetwork.Block block : network.blocks()) {
            block.layer().whyNotForecast().ifPresent(reason -> {
                throw new IllegalArgumentException("layer of a forecaster: " + family.name() + " with " + reason);
            });
        }
        this.normalization = new WindowNormalization(shape.offset, shape.scaled, shape.lag, shape.variates);
        int outputs = shape.independent ? shape.horizon : shape.variates * shape.horizon;
        this.headWeight = SequenceNetwork.uniform(parameters(), "head.weight", random, config.width(), outputs, config.width());
        this.headBias = SequenceNetwork.bias(parameters(), "head.bias", random, config.width(), outputs);
    }

    @Override
    public int lag() {
        return shape.lag;
    }

    @Override
    public int horizon() {
        return shape.horizon;
    }

    @Override
    public int variates() {
        return shape.variates;
    }

    @Override
    public double trainStep(float[] windows, int batch, OptimizerStep step) {
        Pass pass = trainingPasses.of(batch);
        int rows = shape.lag + shape.horizon;
        normalization.fit(windows, batch, rows);
        pass.uploadLag(windows, rows);
        normalization.take(windows, batch, rows, shape.lag, shape.horizon, pass.futureNumbers);
        kernels().upload(pass.futureNumbers, pass.future);
        beginStep();
        pass.tape.forward();
        parameters().forgetGradients();
        pass.tape.backward();
        update(step, shape.maxGradient);
        return kernels().toDoubles(pass.loss)[0];
    }

    @Override
    public void forecast(float[] lags, int batch, float[] out) {
        Pass pass = forecastPasses.of(batch);
        normalization.fit(lags, batch, shape.lag);
        pass.uploadLag(lags, shape.lag);
        pass.tape.forward();
        kernels().download(pass.forecast.value(), pass.futureNumbers);
        normalization.restore(pass.futureNumbers, batch, shape.horizon, out);
    }

    /**
     * This forecaster of single series with its present weights as a stream steps it.
     *
     * @throws IllegalArgumentException if it is of several series or cannot be stepped, saying why
     */
    WindowedModel.Network stepped() {
        if (shape.variates != 1) {
            throw new IllegalArgumentException("variates: expected 1 but was " + shape.variates);
        }
        int patch = network.config().patch();
        if (shape.horizon < patch) {
            throw new IllegalArgumentException("horizon: expected at least the patch " + patch + " but was " + shape.horizon
                    + "; between two patches a stream looks further ahead than that");
        }
        SequenceNetworkRecurrence recurrence = network.recurrence().orElseThrow(() -> new IllegalArgumentException(
                "layers: expected ones that can be stepped sample by sample but these see whole sequences only"));
        var stepped = new SteppedForecaster(recurrence, shape.pooling, kernels().toFloats(headWeight.value()),
                kernels().toFloats(headBias.value()));
        return new WindowedModel.Network(stepped, shape.lag, shape.horizon, shape.offset,
                normalization::scale, shape.pooling == Pooling.MEAN);
    }

    /** One recorded pass. */
    private final class Pass {
        private final int batch;
        private final Tape tape;
        private final Tensor past;
        private final Tensor future;
        private final float[] pastNumbers;
        private final float[] futureNumbers;
        private final Variable forecast;
        private final Tensor loss;

        private Pass(int batch, boolean training) {
            this.batch = batch;
            this.tape = new Tape(kernels(), training ? dropouts() : null);
            tape.shareGradients();
            int series = shape.variates * batch;
            int patch = network.config().patch();
            int steps = shape.lag / patch;
            this.past = kernels().zeros(series, shape.lag, 1);
            this.future = kernels().zeros(shape.variates, batch, shape.horizon);
            this.pastNumbers = new float[past.size()];
            this.futureNumbers = new float[future.size()];
            this.loss = kernels().zeros(1);
            int sequences = shape.independent ? series : batch;
            Variable patches = tape.channelsOf(past, null, patch, null, null).view(patch * series / sequences, sequences, steps);
            int[] lengths = new int[sequences];
            Arrays.fill(lengths, steps);
            Variable hidden = shape.pooling.record(tape, network.record(tape, patches, lengths), lengths);
            Variable ahead = tape.linear(hidden, headWeight, headBias);
            this.forecast = tape.transposed(ahead.view(shape.independent ? 1 : shape.variates, shape.horizon, sequences))
                    .view(shape.variates, batch, shape.horizon);
            if (training) {
                tape.deviation(shape.loss, forecast, future, null, loss, 0, 1);
            }
        }

        private void uploadLag(float[] windows, int rows) {
            normalization.take(windows, batch, rows, 0, shape.lag, pastNumbers);
            kernels().upload(pastNumbers, past);
        }
    }
}
