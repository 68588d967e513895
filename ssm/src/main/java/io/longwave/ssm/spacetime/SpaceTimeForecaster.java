package io.longwave.ssm.spacetime;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.sequence.SequenceModel;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.train.TrainableForecaster;

/**
 * A SpaceTime network as the training loop and the evaluation see it. Confined to one thread at a time.
 */
public final class SpaceTimeForecaster extends SequenceModel implements TrainableForecaster {
    private final SpaceTimeNetwork network;
    private final Passes<Integer, SpaceTimeNetwork.Pass> trainingPasses;
    private final Passes<Shape, SpaceTimeNetwork.Pass> forecastPasses;

    public SpaceTimeForecaster(Kernels kernels, SpaceTimeConfig config) {
        this(new SpaceTimeNetwork(kernels, config));
    }

    private SpaceTimeForecaster(SpaceTimeNetwork network) {
        super(network.kernels(), network.parameters(), new DropoutStream(network.config().dropout(), network.config().seed()));
        this.network = network;
        this.trainingPasses = passes(batch -> network.trainingPass(batch, dropouts()), SpaceTimeNetwork.Pass::tape);
        this.forecastPasses = passes(shape -> network.forecastPass(shape.batch, shape.steps), SpaceTimeNetwork.Pass::tape);
    }

    private record Shape(int batch, int steps) {}

    public SpaceTimeConfig config() {
        return network.config();
    }

    @Override
    public int lag() {
        return config().lag();
    }

    @Override
    public int horizon() {
        return config().horizon();
    }

    @Override
    public int variates() {
        return config().variates();
    }

    @Override
    public double trainStep(float[] windows, int batch, OptimizerStep step) {
        SpaceTimeNetwork.Pass pass = trainingPasses.of(batch);
        kernels().upload(windows, pass.windows);
        beginStep();
        pass.forward();
        double loss = pass.loss();
        pass.backward();
        update(step);
        return loss;
    }

    @Override
    public void forecast(float[] lags, int batch, float[] out) {
        forecast(lags, batch, horizon(), out);
    }

    /**
     * Forecasts any number of steps: the closed loop rolls on past the horizon it was trained for.
     *
     * @param lags [B, L, V]; read only
     * @param out [B, steps, V]
     */
    public void forecast(float[] lags, int batch, int steps, float[] out) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps: expected at least 1 but was " + steps);
        }
        SpaceTimeNetwork.Pass pass = forecastPasses.of(new Shape(batch, steps));
        kernels().upload(lags, pass.windows);
        pass.forward();
        kernels().download(pass.out, out);
    }
}
