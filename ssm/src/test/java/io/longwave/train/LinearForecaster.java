package io.longwave.train;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One linear map with an offset from a lag to a horizon, shared by the columns, taken relative to the last value, trained by AdamW on the squared error.
 * Input dropout makes it depend on a generator, as larger models do.
 */
public final class LinearForecaster implements TrainableForecaster {

    private final int lag;
    private final int horizon;
    private final int variates;
    private final double dropout;
    private final float[][] parameters; // map [L, H], offset [H]
    private final float[][] first;
    private final float[][] second;
    private int steps;
    private int draws;
    private final long seed;

    public LinearForecaster(int lag, int horizon, int variates, double dropout, long seed) {
        this.lag = lag;
        this.horizon = horizon;
        this.variates = variates;
        this.dropout = dropout;
        this.seed = seed;
        parameters = new float[][]{new float[lag * horizon], new float[horizon]};
        first = new float[][]{new float[lag * horizon], new float[horizon]};
        second = new float[][]{new float[lag * horizon], new float[horizon]};
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < lag * horizon; i++) {
            parameters[0][i] = (float) ((random.nextDouble() * 2 - 1) / lag);
        }
    }

    @Override
    public int lag() {
        return lag;
    }

    @Override
    public int horizon() {
        return horizon;
    }

    @Override
    public int variates() {
        return variates;
    }

    @Override
    public double trainStep(float[] windows, int batch, OptimizerStep step) {
        SplittableRandom random = new SplittableRandom(seed + 31L * ++draws);
        float[][] gradients = {new float[lag * horizon], new float[horizon]};
        double squares = 0;
        double scale = 2.0 / (batch * horizon * variates);
        float[] input = new float[lag];
        for (int b = 0; b < batch; b++) {
            for (int v = 0; v < variates; v++) {
                int at = b * (lag + horizon) * variates + v;
                float last = windows[at + (lag - 1) * variates];
                for (int l = 0; l < lag; l++) {
                    boolean kept = random.nextDouble() >= dropout;
                    input[l] = kept ? (float) ((windows[at + l * variates] - last) / (1 - dropout)) : 0;
                }
                float[] out = apply(input);
                for (int h = 0; h < horizon; h++) {
                    double error = out[h] + last - windows[at + (lag + h) * variates];
                    squares += error * error;
                    float slope = (float) (scale * error);
                    gradients[1][h] += slope;
                    for (int l = 0; l < lag; l++) {
                        gradients[0][l * horizon + h] += slope * input[l];
                    }
                }
            }
        }
        steps++;
        for (int p = 0; p < 2; p++) {
            for (int i = 0; i < parameters[p].length; i++) {
                first[p][i] += 0.1f * (gradients[p][i] - first[p][i]);
                second[p][i] += 0.001f * (gradients[p][i] * gradients[p][i] - second[p][i]);
                double mean = first[p][i] / (1 - Math.pow(0.9, steps));
                double variance = second[p][i] / (1 - Math.pow(0.999, steps));
                parameters[p][i] -= (float) (step.learningRate()
                        * (mean / (Math.sqrt(variance) + 1e-8) + step.weightDecay() * parameters[p][i]));
            }
        }
        return squares * scale / 2;
    }

    @Override
    public void forecast(float[] lags, int batch, float[] out) {
        float[] input = new float[lag];
        for (int b = 0; b < batch; b++) {
            for (int v = 0; v < variates; v++) {
                int at = b * lag * variates + v;
                float last = lags[at + (lag - 1) * variates];
                for (int l = 0; l < lag; l++) {
                    input[l] = lags[at + l * variates] - last;
                }
                float[] ahead = apply(input);
                for (int h = 0; h < horizon; h++) {
                    out[(b * horizon + h) * variates + v] = ahead[h] + last;
                }
            }
        }
    }

    private float[] apply(float[] input) {
        float[] out = parameters[1].clone();
        for (int l = 0; l < lag; l++) {
            for (int h = 0; h < horizon; h++) {
                out[h] += parameters[0][l * horizon + h] * input[l];
            }
        }
        return out;
    }

    @Override
    public List<NamedTensor> weights() {
        return named(parameters);
    }

    @Override
    public void setWeights(List<NamedTensor> weights) {
        restore(weights, parameters);
    }

    @Override
    public List<NamedTensor> trainingState() {
        return List.of(new NamedTensor("first.map", List.of(lag, horizon), first[0].clone()),
                new NamedTensor("first.offset", List.of(horizon), first[1].clone()),
                new NamedTensor("second.map", List.of(lag, horizon), second[0].clone()),
                new NamedTensor("second.offset", List.of(horizon), second[1].clone()),
                new NamedTensor("counters", List.of(2), new float[]{Float.intBitsToFloat(steps), Float.intBitsToFloat(draws)}));
    }

    @Override
    public void setTrainingState(List<NamedTensor> state) {
        restore(state.subList(0, 2).stream().map(t -> rename(t, "first.")).toList(), first);
        restore(state.subList(2, 4).stream().map(t -> rename(t, "second.")).toList(), second);
        steps = Float.floatToRawIntBits(state.get(4).values()[0]);
        draws = Float.floatToRawIntBits(state.get(4).values()[1]);
    }

    private static NamedTensor rename(NamedTensor tensor, String prefix) {
        return new NamedTensor(tensor.name().substring(prefix.length()), tensor.shape(), tensor.values());
    }

    private List<NamedTensor> named(float[][] from) {
        return List.of(new NamedTensor("map", List.of(lag, horizon), from[0].clone()),
                new NamedTensor("offset", List.of(horizon), from[1].clone()));
    }

    private void restore(List<NamedTensor> tensors, float[][] to) {
        Map<String, NamedTensor> byName = new HashMap<>();
        tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
        for (NamedTensor expected : named(to)) {
            NamedTensor found = byName.remove(expected.name());
            if (found == null || !found.shape().equals(expected.shape())) {
                throw new IllegalArgumentException("tensor '" + expected.name() + "': expected shape " + expected.shape() + " but was "
                        + (found == null ? "absent" : found.shape()));
            }
            int p = expected.name().equals("map") ? 0 : 1;
            to[p] = Arrays.copyOf(found.values(), found.values().length);
        }
        if (!byName.isEmpty()) {
            throw new IllegalArgumentException("expected tensors map and offset but found also " + byName.keySet());
        }
    }

    /** The family of it. */
    public static final class Family implements ForecasterFamily {
        @Override
        public String name() {
            return "linear";
        }

        @Override
        public ObjectNode defaultConfig(int lag, int horizon, int variates) {
            return JsonMapper.shared().createObjectNode().put("lag", lag).put("horizon", horizon).put("variates", variates).put("dropout",
                    0.1);
        }

        @Override
        public TrainableForecaster create(ObjectNode config, long seed) {
            return new LinearForecaster(config.path("lag").asInt(), config.path("horizon").asInt(), config.path("variates").asInt(),
                    config.path("dropout").asDouble(), seed);
        }
    }
}
