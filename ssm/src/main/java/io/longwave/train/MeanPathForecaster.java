package io.longwave.train;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lets a forecaster learn what differs from the mean path: how far the future lies from the mean of the lag on average, per step of the horizon, over
 * all training windows. A series that rises or falls over the months has such a path at long horizons; a network of few weights that must carry it
 * in its states spends most of its training on it. The path is a fixed buffer, stored with the weights.
 */
public final class MeanPathForecaster implements TrainableForecaster {

    private static final String PATH = "output.mean_path";

    private final TrainableForecaster inner;
    private final float[] path; // [H, V]
    private float[] residuals = {};

    public MeanPathForecaster(TrainableForecaster inner) {
        this.inner = inner;
        this.path = new float[inner.horizon() * inner.variates()];
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
        double[] sum = new double[path.length];
        int variates = variates();
        for (int v = 0; v < variates; v++) {
            double lagSum = 0;
            for (int l = 0; l < lag(); l++) {
                lagSum += train.value(0, l, v);
            }
            for (int w = 0; w < train.count(); w++) {
                if (w > 0) {
                    lagSum += train.value(w, lag() - 1, v) - train.value(w - 1, 0, v); // windows slide by one row
                }
                for (int h = 0; h < horizon(); h++) {
                    sum[h * variates + v] += train.value(w, lag() + h, v) - lagSum / lag();
                }
            }
        }
        for (int i = 0; i < path.length; i++) {
            path[i] = (float) (sum[i] / train.count());
        }
        inner.prepare(train);
    }

    @Override
    public double trainStep(float[] windows, int batch, OptimizerStep step) {
        int lagSize = lag() * variates();
        int size = lagSize + path.length;
        if (residuals.length != batch * size) {
            residuals = new float[batch * size];
        }
        System.arraycopy(windows, 0, residuals, 0, residuals.length);
        for (int b = 0; b < batch; b++) {
            for (int i = 0; i < path.length; i++) {
                residuals[b * size + lagSize + i] -= path[i];
            }
        }
        return inner.trainStep(residuals, batch, step);
    }

    @Override
    public void forecast(float[] lags, int batch, float[] out) {
        inner.forecast(lags, batch, out);
        for (int b = 0; b < batch; b++) {
            for (int i = 0; i < path.length; i++) {
                out[b * path.length + i] += path[i];
            }
        }
    }

    @Override
    public List<NamedTensor> weights() {
        List<NamedTensor> weights = new ArrayList<>(inner.weights());
        weights.add(new NamedTensor(PATH, List.of(horizon(), variates()), path.clone()));
        return weights;
    }

    @Override
    public void copyWeights(List<NamedTensor> into) {
        int last = into.size() - 1;
        inner.copyWeights(into.subList(0, last));
        System.arraycopy(path, 0, into.get(last).values(), 0, path.length);
    }

    @Override
    public void setWeights(List<NamedTensor> weights) {
        List<NamedTensor> others = new ArrayList<>(weights);
        NamedTensor found = takePath(others, horizon(), variates());
        inner.setWeights(others);
        System.arraycopy(found.values(), 0, path, 0, path.length);
    }

    @Override
    public List<NamedTensor> trainingState() {
        return inner.trainingState();
    }

    @Override
    public void setTrainingState(List<NamedTensor> state) {
        inner.setTrainingState(state);
    }

    /**
     * A stored forecaster taken apart, for who runs it in another way than as a {@link TrainableForecaster}.
     *
     * @param config settings of the forecaster inside
     * @param weights tensors of the forecaster inside
     * @param path to be added to its forecasts, [H, V]; all zeros where the model was trained without it
     */
    public record Parts(ObjectNode config, List<NamedTensor> weights, float[] path) {}

    /**
     * Takes apart what {@link #family} stored.
     *
     * @throws IllegalArgumentException if the setting or the tensor is missing or wrong, naming what was expected and found
     */
    public static Parts parts(String family, ObjectNode config, List<NamedTensor> weights, int horizon, int variates) {
        ObjectNode others = config.deepCopy();
        if (!MeanPathFamily.take(others, family)) {
            return new Parts(others, List.copyOf(weights), new float[horizon * variates]);
        }
        List<NamedTensor> rest = new ArrayList<>(weights);
        NamedTensor path = takePath(rest, horizon, variates);
        return new Parts(others, List.copyOf(rest), path.values().clone());
    }

    private static NamedTensor takePath(List<NamedTensor> weights, int horizon, int variates) {
        NamedTensor found = NamedTensor.take(weights, PATH);
        if (!found.shape().equals(List.of(horizon, variates))) {
            throw new IllegalArgumentException(
                    "tensor '" + PATH + "': expected shape " + List.of(horizon, variates) + " but was " + found.shape());
        }
        return found;
    }

    /** A family whose forecasters learn around the mean path, unless the setting {@code meanPath} is false. */
    public static ForecasterFamily family(ForecasterFamily inner) {
        return new MeanPathFamily(inner);
    }
}
