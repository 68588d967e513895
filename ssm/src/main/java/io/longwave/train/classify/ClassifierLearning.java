package io.longwave.train.classify;

import io.longwave.train.LearningTask;
import io.longwave.train.Shuffle;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.TrainingSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Learning to classify. An epoch has as many sequences as the training part, rounded up to whole batches. A batch holds sequences of about one length,
 * so that little is computed on padding; the batches of an epoch come in random order.
 */
public final class ClassifierLearning implements LearningTask {

    /** Batches that are drawn together before they are sorted by length: enough to fill batches evenly, few enough to stay random. */
    private static final int POOL = 16;

    private final TrainableClassifier model;
    private final ClassificationData data;
    private final ClassifierChoice choice;
    private final int validationStride;
    private final PaddedLengths lengths;
    private final int batch;
    private final PaddedBatch padded;
    private final int[] slots; // of one epoch, indices of training sequences
    private final int[] pool; // while slots are sorted
    private final int[] buckets; // of each training sequence
    private final int[] batches; // order in which the batches of an epoch come
    private final BalancedSampler sampler;

    /**
     * @param balance power of {@link ClassWeights#inverse}: 0 takes every training sequence once an epoch, 1 draws every class equally often
     * @throws IllegalArgumentException if the model's shape is not that of the data or a part is empty
     */
    public ClassifierLearning(ClassificationData data, TrainableClassifier model, TrainingSettings settings, ClassifierChoice choice,
            double balance) {
        if (model.channels() != data.channels() || model.classes() != data.classes().size()) {
            throw new IllegalArgumentException("the data has " + data.channels() + " channels and " + data.classes().size()
                    + " classes but the model " + model.channels() + " and " + model.classes());
        }
        if (data.train().isEmpty() || data.validation().isEmpty()) {
            throw new IllegalArgumentException("expected sequences for training and validation but was " + data.train().size() + " and "
                    + data.validation().size());
        }
        this.model = model;
        this.data = data;
        this.choice = choice;
        this.validationStride = settings.validationStride();
        this.lengths = PaddedLengths.of(data);
        int count = data.train().size();
        this.batch = Math.min(settings.batch(), count);
        this.padded = new PaddedBatch(batch, data.channels(), lengths);
        this.batches = new int[(count + batch - 1) / batch];
        this.slots = new int[batches.length * batch];
        this.pool = new int[slots.length];
        this.buckets = data.train().stream().mapToInt(sequence -> lengths.bucket(sequence.length())).toArray();
        int[] counts = ClassWeights.counts(data.train(), data.classes().size());
        this.sampler = new BalancedSampler(data.train(), ClassWeights.inverse(counts, balance), 0);
    }

    @Override
    public TrainableClassifier model() {
        return model;
    }

    @Override
    public int stepsPerEpoch() {
        return batches.length;
    }

    @Override
    public void beginEpoch(SplittableRandom random) {
        int[] drawn = sampler.epoch(random);
        for (int i = 0; i < slots.length; i++) {
            slots[i] = drawn[i % drawn.length]; // the last batch is filled up with the first ones drawn
        }
        int span = POOL * batch;
        for (int from = 0; from < slots.length; from += span) {
            sortByLength(from, Math.min(slots.length, from + span));
        }
        Shuffle.fill(batches, random);
    }

    private void sortByLength(int from, int to) {
        if (lengths.count() == 1) {
            return;
        }
        System.arraycopy(slots, from, pool, from, to - from);
        int n = from;
        for (int bucket = 0; bucket < lengths.count(); bucket++) {
            for (int i = from; i < to; i++) {
                if (buckets[pool[i]] == bucket) {
                    slots[n++] = pool[i];
                }
            }
        }
    }

    @Override
    public double step(int index, OptimizerStep step) {
        padded.fill(data.train(), slots, batches[index] * batch);
        return model.trainStep(padded.sequences(), padded.steps, padded.labels, batch, padded.length(), step);
    }

    @Override
    public Validation validate() {
        List<LabelledSequence> sequences = data.validation();
        Classifying result = Classifying.of(model, sequences, validationStride, lengths, batch);
        int[] labels = new int[result.given().length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = sequences.get(i * validationStride).label();
        }
        ConfusionMatrix confusion = ConfusionMatrix.of(data.classes(), labels, result.given());
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("cross-entropy", result.crossEntropy());
        metrics.put("accuracy", confusion.accuracy());
        metrics.put("macro F1", confusion.macroF1());
        return new Validation(score(confusion, result.crossEntropy(), labels.length), metrics);
    }

    /** Where epochs get equally many right, as they do on few sequences, the surer one is better: by less than one sequence counts. */
    private double score(ConfusionMatrix confusion, double crossEntropy, int count) {
        double tie = 0.5 / count * crossEntropy / (1 + crossEntropy);
        return switch (choice) {
            case CROSS_ENTROPY -> crossEntropy;
            case ACCURACY -> 1 - confusion.accuracy() + tie;
            case MACRO_F1 -> 1 - confusion.macroF1() + tie;
        };
    }
}
