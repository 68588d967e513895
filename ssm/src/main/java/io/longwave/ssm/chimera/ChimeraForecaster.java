package io.longwave.ssm.chimera;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.sequence.SequenceModel;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.Windows;

/**
 * A Chimera network with one of two decoders. Direct: a linear map from the last hidden vector of each variate to all steps of the horizon and, if
 * asked for, from its normalised window as well (that part alone is an ordinary linear forecaster, and starts as the best one). Closed loop: {@link ClosedLoop}.
 */
public final class ChimeraForecaster extends SequenceModel implements TrainableForecaster {
    private final Shape shape;
    private final ChimeraNetwork network;
    private final GridWindows windows;
    private final @Nullable DirectHead head;
    private final @Nullable ClosedLoop loop;
    private final Passes<Integer, Pass> trainingPasses = passes(batch -> new Pass(batch, true));
    private final Passes<Integer, Pass> forecastPasses = passes(batch -> new Pass(batch, false));

    /**
     * What is forecast from what.
     *
     * @param lag L
     * @param horizon T
     * @param closedLoop whether the decoder is the closed loop; its horizon is a multiple of the patch
     * @param loopChannels channels of the closed loop
     * @param linearSkip whether the direct decoder sees the normalised window too
     * @param normalized whether every series of a window is normalised by mean and deviation of its lag
     * @param seriesLoss whether errors count as large as they are on the series; else as on the normalised window
     * @param maxGradient largest norm of all gradients together; 0 for any
     */
    record Shape(int lag, int horizon, boolean closedLoop, int loopChannels, boolean linearSkip, boolean normalized, boolean seriesLoss,
            double maxGradient) {}

    ChimeraForecaster(Kernels kernels, ChimeraConfig config, Shape shape, long seed) {
        super(kernels, new ParameterSet(kernels), new DropoutStream(config.dropout(), seed));
        if (shape.closedLoop && shape.horizon % config.patch() != 0) {
            throw new IllegalArgumentException(
                    "horizon: expected a multiple of the patch " + config.patch() + " for a closed loop but was " + shape.horizon);
        }
        this.shape = shape;
        SplittableRandom random = new SplittableRandom(seed);
        this.network = new ChimeraNetwork(parameters(), "", config, random);
        Draws draws = new Draws(parameters(), random);
        this.loop = shape.closedLoop ? new ClosedLoop(draws, "loop.", config, shape.loopChannels) : null;
        this.head = shape.closedLoop ? null : new DirectHead(draws, config, shape);
        this.windows = new GridWindows(config, shape.normalized);
    }

    /** The direct decoder. */
    private static final class DirectHead {
        private final Variable weight;
        private final Variable bias;
        private final @Nullable Variable skip;

        private DirectHead(Draws draws, ChimeraConfig config, Shape shape) {
            // beside a map that is right at once the network starts small
            this.weight = draws.uniform("head.weight", shape.linearSkip ? 0.01 : 1, config.width(), shape.horizon, config.width());
            this.bias = draws.bias("head.bias", config.width(), shape.horizon);
            this.skip = shape.linearSkip ? draws.constant("head.skip", 0, shape.horizon, shape.lag) : null;
        }

        /**
         * @param hidden [M, V, L, B]
         * @param lag normalised rows, [L, V, B]
         * @return [T, V, B]
         */
        private Variable record(GridRecorder recorder, Variable hidden, Variable lag) {
            var tape = recorder.tape();
            Variable ahead = tape.linear(recorder.column(hidden, hidden.dim(2) - 1), weight, bias);
            if (skip != null) {
                tape.addTo(ahead, 1, tape.linear(lag, skip, null));
            }
            return ahead;
        }
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
        return network.config().variates();
    }

    /** The linear skip starts as the map that is best by itself. */
    @Override
    public void prepare(Windows train) {
        if (head != null && head.skip != null) {
            kernels().upload(LinearSkip.fit(train, windows), head.skip.value());
        }
    }

    @Override
    public double trainStep(float[] rows, int batch, OptimizerStep step) {
        Pass pass = trainingPasses.of(batch);
        pass.upload(rows, shape.lag + shape.horizon);
        pass.uploadFuture(rows);
        beginStep();
        pass.tape.forward();
        parameters().forgetGradients();
        pass.tape.backward();
        update(step, shape.maxGradient);
        double loss = 0;
        for (double part : kernels().toDoubles(pass.loss)) {
            loss += part;
        }
        return loss;
    }

    @Override
    public void forecast(float[] lags, int batch, float[] out) {
        Pass pass = forecastPasses.of(batch);
        pass.upload(lags, shape.lag);
        pass.tape.forward();
        pass.download(out);
    }

    /** One recorded pass. */
    private final class Pass {
        private final int batch;
        private final Tape tape;
        private final Variable patches;
        private final Variable lag; // [L, V, B]
        private final List<Variable> ahead; // [T, V, B], or patches of it
        private final List<Tensor> future = new ArrayList<>(); // for each of these
        private final List<Tensor> weights = new ArrayList<>();
        private final @Nullable Tensor inside; // [k V, (L′ − 1) B]: what one step ahead should have been
        private final Tensor loss;
        private final float[] patchNumbers;
        private final float[] rowNumbers;

        private Pass(int batch, boolean training) {
            ChimeraConfig config = network.config();
            int variates = config.variates();
            int steps = config.steps(shape.lag);
            this.batch = batch;
            this.tape = new Tape(kernels(), training ? dropouts() : null);
            GridRecorder recorder = new GridRecorder(tape, training);
            this.patches = tape.constant(kernels().zeros(ChimeraNetwork.inputs(config), variates, steps, batch));
            this.lag = tape.constant(kernels().zeros(shape.lag, variates, batch));
            this.patchNumbers = new float[patches.value().size()];
            this.rowNumbers = new float[Math.max(shape.lag, shape.horizon) * variates * batch];
            Variable hidden = network.record(recorder, patches, null);
            if (loop != null) {
                var predicted = loop.record(recorder, hidden, shape.horizon / config.patch());
                this.ahead = predicted.ahead();
                this.loss = kernels().zeros(ahead.size() + 1);
                this.inside = steps > 1 ? kernels().zeros(config.patch() * variates, (steps - 1) * batch) : null;
                if (training && inside != null) {
                    Variable oneStep = predicted.oneStep().view(config.patch() * variates, steps * batch);
                    tape.meanSquaredError(tape.slice(oneStep, 0, (steps - 1) * batch), inside, null, loss, ahead.size(), 1);
                }
            } else {
                this.ahead = List.of(Objects.requireNonNull(head).record(recorder, hidden, lag));
                this.loss = kernels().zeros(1);
                this.inside = null;
            }
            for (int i = 0; training && i < ahead.size(); i++) {
                int[] dims = ahead.get(i).value().shape().toArray();
                future.add(kernels().zeros(dims));
                weights.add(kernels().zeros(dims));
                tape.meanSquaredError(ahead.get(i), future.get(i), shape.seriesLoss ? weights.get(i) : null, loss, i, 1.0 / ahead.size());
            }
        }

        private void upload(float[] rows, int count) {
            windows.fit(rows, batch, count, shape.lag);
            windows.patches(rows, batch, count, shape.lag, null, patchNumbers);
            kernels().upload(patchNumbers, patches.value());
            if (shape.linearSkip && !shape.closedLoop) {
                windows.take(rows, batch, count, 0, shape.lag, rowNumbers);
                upload(rowNumbers, lag.value());
            }
            if (inside != null) {
                kernels().upload(shifted(patchNumbers), inside);
            }
        }

        /** The first numbers of an array that may be longer. */
        private void upload(float[] numbers, Tensor target) {
            kernels().upload(numbers.length == target.size() ? numbers : Arrays.copyOf(numbers, target.size()), target);
        }

        /** The samples of all patches but the first. */
        private float[] shifted(float[] numbers) {
            ChimeraConfig config = network.config();
            int row = config.steps(shape.lag) * batch;
            float[] out = new float[config.patch() * config.variates() * (row - batch)];
            for (int r = 0; r < config.patch() * config.variates(); r++) {
                System.arraycopy(numbers, r * row + batch, out, r * (row - batch), row - batch);
            }
            return out;
        }

        private void uploadFuture(float[] rows) {
            int each = shape.horizon / ahead.size();
            for (int i = 0; i < ahead.size(); i++) {
                windows.take(rows, batch, shape.lag + shape.horizon, shape.lag + i * each, each, rowNumbers);
                upload(rowNumbers, future.get(i));
                if (shape.seriesLoss) {
                    windows.weights(batch, each, rowNumbers);
                    upload(rowNumbers, weights.get(i));
                }
            }
        }

        private void download(float[] out) {
            float[] grid = new float[shape.horizon * variates() * batch];
            int at = 0;
            for (Variable part : ahead) {
                float[] numbers = kernels().toFloats(part.value());
                System.arraycopy(numbers, 0, grid, at, numbers.length);
                at += numbers.length;
            }
            windows.restore(grid, batch, shape.horizon, out);
        }
    }
}
