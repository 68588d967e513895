package io.longwave.train.classify;

import io.longwave.train.TrainingSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Logistic regression on mean and mean absolute step of every channel, by gradient descent with momentum. Dropout of its features makes it depend on a
 * generator, as larger models do. It notes the shapes it was called with.
 */
public final class MomentClassifier implements TrainableClassifier {

    private static final float MOMENTUM = 0.9f;
    private static final double DROPOUT = 0.1;

    private final int channels;
    private final int classes;
    private final long seed;
    private float[] weights; // [C, 2 V + 1]
    private float[] velocity;
    private int draws;

    /** Shapes of training batches: batch, padded length, shortest and longest true length. */
    final List<int[]> shapes = new ArrayList<>();
    /** Labels of training batches. */
    final List<int[]> labelsSeen = new ArrayList<>();

    public MomentClassifier(int channels, int classes, long seed) {
        this.channels = channels;
        this.classes = classes;
        this.seed = seed;
        this.weights = new float[classes * (2 * channels + 1)];
        this.velocity = new float[weights.length];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (0.1 * (random.nextDouble() - 0.5));
        }
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public double trainStep(float[] sequences, int[] lengths, int[] labels, int batch, int length, OptimizerStep step) {
        assert sequences.length == batch * length * channels;
        shapes.add(new int[]{batch, length, Arrays.stream(lengths).min().orElseThrow(), Arrays.stream(lengths).max().orElseThrow()});
        labelsSeen.add(labels.clone());
        SplittableRandom random = new SplittableRandom(seed + 31L * ++draws);
        int features = 2 * channels + 1;
        float[] gradient = new float[weights.length];
        double loss = 0;
        for (int b = 0; b < batch; b++) {
            double[] x = features(sequences, b, lengths[b], length);
            for (int f = 0; f < features - 1; f++) {
                x[f] = random.nextDouble() < DROPOUT ? 0 : x[f] / (1 - DROPOUT);
            }
            double[] p = probabilities(x);
            loss -= Math.log(Math.max(1e-12, p[labels[b]])) / batch;
            for (int c = 0; c < classes; c++) {
                double off = (p[c] - (c == labels[b] ? 1 : 0)) / batch;
                for (int f = 0; f < features; f++) {
                    gradient[c * features + f] += (float) (off * x[f]);
                }
            }
        }
        for (int i = 0; i < weights.length; i++) {
            velocity[i] = MOMENTUM * velocity[i] - (float) (step.learningRate() * gradient[i]);
            weights[i] += velocity[i];
        }
        return loss;
    }

    @Override
    public void classify(float[] sequences, int[] lengths, int batch, int length, float[] probabilities) {
        for (int b = 0; b < batch; b++) {
            double[] p = probabilities(features(sequences, b, lengths[b], length));
            for (int c = 0; c < classes; c++) {
                probabilities[b * classes + c] = (float) p[c];
            }
        }
    }

    private double[] features(float[] sequences, int b, int steps, int length) {
        double[] x = new double[2 * channels + 1];
        for (int v = 0; v < channels; v++) {
            for (int l = 0; l < steps; l++) {
                double value = sequences[(b * length + l) * channels + v];
                x[v] += value / steps;
                x[channels + v] += l == 0 ? 0 : Math.abs(value - sequences[(b * length + l - 1) * channels + v]) / steps;
            }
        }
        x[2 * channels] = 1;
        return x;
    }

    private double[] probabilities(double[] x) {
        double[] p = new double[classes];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            double logit = 0;
            for (int f = 0; f < x.length; f++) {
                logit += weights[c * x.length + f] * x[f];
            }
            p[c] = Math.exp(Math.min(50, logit));
            sum += p[c];
        }
        for (int c = 0; c < classes; c++) {
            p[c] /= sum;
        }
        return p;
    }

    @Override
    public List<NamedTensor> weights() {
        return List.of(new NamedTensor("weights", List.of(weights.length), weights.clone()));
    }

    @Override
    public void setWeights(List<NamedTensor> from) {
        float[] found = from.getFirst().values();
        if (found.length != weights.length) {
            throw new IllegalArgumentException("weights: expected " + weights.length + " values but was " + found.length);
        }
        weights = found.clone();
    }

    @Override
    public List<NamedTensor> trainingState() {
        return List.of(new NamedTensor("velocity", List.of(velocity.length), velocity.clone()),
                new NamedTensor("draws", List.of(1), new float[]{draws}));
    }

    @Override
    public void setTrainingState(List<NamedTensor> state) {
        velocity = state.get(0).values().clone();
        draws = (int) state.get(1).values()[0];
    }

    /** The family of it. */
    public static class Family implements ClassifierFamily {
        @Override
        public String name() {
            return "moments";
        }

        @Override
        public ObjectNode defaultConfig(int length, int channels, int classes) {
            return JsonMapper.shared().createObjectNode().put("length", length).put("channels", channels).put("classes", classes);
        }

        @Override
        public TrainableClassifier create(ObjectNode config, long seed) {
            return new MomentClassifier(config.path("channels").asInt(), config.path("classes").asInt(), seed);
        }

        @Override
        public TrainingSettings trainingDefaults(int length, int channels, int classes) {
            return TrainingSettings.defaults();
        }
    }
}
