package io.longwave.train.reconstruct;

import io.longwave.train.TrainingSettings;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Every row through one number and back, by gradient descent with momentum; noise on its input makes it depend on a generator. */
public class RowAutoencoder implements TrainableReconstructor {

    private static final float MOMENTUM = 0.9f;

    private final int window;
    private final int variates;
    private final long seed;
    private float[] weights; // in [V], out [V]
    private float[] velocity;
    private int draws;

    public RowAutoencoder(int window, int variates, long seed) {
        this.window = window;
        this.variates = variates;
        this.seed = seed;
        this.weights = new float[2 * variates];
        this.velocity = new float[2 * variates];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (0.5 * (random.nextDouble() - 0.5));
        }
    }

    @Override
    public int window() {
        return window;
    }

    @Override
    public int variates() {
        return variates;
    }

    @Override
    public double trainStep(float[] windows, int batch, OptimizerStep step) {
        SplittableRandom random = new SplittableRandom(seed + 31L * ++draws);
        float[] gradient = new float[weights.length];
        double loss = 0;
        int rows = batch * window;
        double[] x = new double[variates];
        for (int n = 0; n < rows; n++) {
            double z = 0;
            for (int v = 0; v < variates; v++) {
                x[v] = windows[n * variates + v] + 0.01 * random.nextGaussian();
                z += weights[v] * x[v];
            }
            double slope = 0;
            for (int v = 0; v < variates; v++) {
                double error = weights[variates + v] * z - windows[n * variates + v];
                loss += error * error / rows / variates;
                gradient[variates + v] += (float) (2 * error * z / rows);
                slope += 2 * error * weights[variates + v];
            }
            for (int v = 0; v < variates; v++) {
                gradient[v] += (float) (slope * x[v] / rows);
            }
        }
        for (int i = 0; i < weights.length; i++) {
            velocity[i] = MOMENTUM * velocity[i] - (float) (step.learningRate() * gradient[i]);
            weights[i] += velocity[i];
        }
        return loss;
    }

    @Override
    public void reconstruct(float[] windows, int batch, float[] out) {
        for (int n = 0; n < batch * window; n++) {
            double z = 0;
            for (int v = 0; v < variates; v++) {
                z += weights[v] * windows[n * variates + v];
            }
            for (int v = 0; v < variates; v++) {
                out[n * variates + v] = (float) (weights[variates + v] * z);
            }
        }
    }

    @Override
    public List<NamedTensor> weights() {
        return List.of(new NamedTensor("weights", List.of(2, variates), weights.clone()));
    }

    @Override
    public void setWeights(List<NamedTensor> from) { weights = from.getFirst().values().clone(); }

    @Override
    public List<NamedTensor> trainingState() {
        return List.of(new NamedTensor("velocity", List.of(2, variates), velocity.clone()),
                new NamedTensor("draws", List.of(1), new float[]{draws}));
    }

    @Override
    public void setTrainingState(List<NamedTensor> state) {
        velocity = state.get(0).values().clone();
        draws = (int) state.get(1).values()[0];
    }

    /** The family of it. */
    public static final class Family implements ReconstructorFamily {
        @Override
        public String name() {
            return "rows";
        }

        @Override
        public ObjectNode defaultConfig(int window, int variates) {
            return JsonMapper.shared().createObjectNode().put("window", window).put("variates", variates);
        }

        @Override
        public TrainableReconstructor create(ObjectNode config, long seed) {
            return new RowAutoencoder(config.path("window").asInt(), config.path("variates").asInt(), seed);
        }

        @Override
        public TrainingSettings trainingDefaults(int window, int variates) {
            return TrainingSettings.defaults();
        }
    }
}
