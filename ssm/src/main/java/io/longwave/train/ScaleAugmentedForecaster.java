package io.longwave.train;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows a forecaster every training window at a random size and sign: the whole window times s, log |s| uniform in [-spread, spread], either sign
 * equally often. A series whose future scales with its past, as that of every linear process does, gives it more windows to learn from; what a network
 * would learn of one level or one direction only is averaged out. Forecasts are the inner model's own.
 */
public final class ScaleAugmentedForecaster implements TrainableForecaster {

    private static final String STEPS = "scale_augmentation.steps";

    private final TrainableForecaster inner;
    private final double spread;
    private final long seed;
    private long steps;
    private float[] scaled = {};

    ScaleAugmentedForecaster(TrainableForecaster inner, double spread, long seed) {
        this.inner = inner;
        this.spread = spread;
        this.seed = seed;
    }

    @Override
    public int lag() {
        return inner.lag();
    }

    @Override
    public int horizon() {
        return inner.horizon();
    }

    @Override
    public int variates() {
        return inner.variates();
    }

    @Override
    public void prepare(Windows train) {
        inner.prepare(train);
    }

    @Override
    public double trainStep(float[] windows, int batch, OptimizerStep step) {
        int size = (lag() + horizon()) * variates();
        if (scaled.length != batch * size) {
            scaled = new float[batch * size];
        }
        // A generator per step, so that a resumed training needs the number of the step only.
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + steps++);
        for (int b = 0; b < batch; b++) {
            float scale = (float) Math.exp(random.nextDouble(-spread, spread));
            if (random.nextBoolean()) {
                scale = -scale;
            }
            for (int i = b * size; i < (b + 1) * size; i++) {
                scaled[i] = scale * windows[i];
            }
        }
        return inner.trainStep(scaled, batch, step);
    }

    @Override
    public void forecast(float[] lags, int batch, float[] out) {
        inner.forecast(lags, batch, out);
    }

    @Override
    public List<NamedTensor> weights() {
        return inner.weights();
    }

    @Override
    public void copyWeights(List<NamedTensor> into) {
        inner.copyWeights(into);
    }

    @Override
    public void setWeights(List<NamedTensor> weights) {
        inner.setWeights(weights);
    }

    @Override
    public List<NamedTensor> trainingState() {
        List<NamedTensor> state = new ArrayList<>(inner.trainingState());
        // Exact in a float up to 16 million steps, a hundred thousand epochs of ETTh1.
        state.add(new NamedTensor(STEPS, List.of(1), new float[]{steps}));
        return state;
    }

    @Override
    public void setTrainingState(List<NamedTensor> state) {
        List<NamedTensor> others = new ArrayList<>(state);
        NamedTensor found = NamedTensor.take(others, STEPS);
        inner.setTrainingState(others);
        steps = (long) found.values()[0];
    }

    /** A family whose setting {@code scaleAugmentation} is the spread; 0 trains on the windows as they are. */
    public static ForecasterFamily family(ForecasterFamily inner, double defaultSpread) {
        return new ScaleAugmentedFamily(inner, defaultSpread);
    }

    /** Settings of the forecaster inside a stored one: what is said here is about training and changes no forecast. */
    public static ObjectNode withoutSetting(ObjectNode config) {
        ObjectNode others = config.deepCopy();
        others.remove(ScaleAugmentedFamily.SETTING);
        return others;
    }
}
