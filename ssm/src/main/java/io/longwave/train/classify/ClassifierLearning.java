package io.longwave.train.classify;

import io.longwave.train.LearningTask;
import io.longwave.train.Shuffle;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.TrainingSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Learning to classify. An epoch has as many sequences as the training part, rounded up to whole batches; a small training part several times over, so
 * that an epoch is worth a validation and epochs mean about the same for all sizes. A batch holds sequences of about one length,
 * so that little is computed on padding; the batches of an epoch come in random order.
 */
public final class ClassifierLearning implements LearningTask {

    /** Steps of an epoch at least. */
    static final int FEWEST_STEPS = 25;
    /** Batches that are drawn together before they are sorted by length: enough to fill batches evenly, few enough to stay random. */
    private static final int POOL = 16;
    /** Sequences looked at where nothing is chosen. */
    private static final int LOOKED_AT = 100;

    private final TrainableClassifier model;
    private final ClassificationData data;
    private final ClassifierChoice choice;
    private final int validationStride;
    private final boolean keepsLastEpoch;
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
        this(data, model, settings, choice, balance, settings.validationStride(), choice == ClassifierChoice.LAST);
    }

    /**
     * Learning from training and validation together once an earlier training has told for how many epochs: small data sets lose much with their
     * validation part. The last epoch is kept; what is validated is a few of the sequences learnt, to see a divergence.
     */
    public static ClassifierLearning withValidation(ClassificationData data, TrainableClassifier model, TrainingSettings settings,
            ClassifierChoice choice, double balance) {
        List<LabelledSequence> all = new ArrayList<>(data.train());
        all.addAll(data.validation());
        List<LabelledSequence> real = all.stream().filter(sequence -> !sequence.made()).toList();
        ClassificationData whole = new ClassificationData(data.classes(), data.channels(), all, real, data.test(), data.sha256());
        return new ClassifierLearning(whole, model, settings, choice, balance, 1 + real.size() / LOOKED_AT, true);
    }

    private ClassifierLearning(ClassificationData data, TrainableClassifier model, TrainingSettings settings, ClassifierChoice choice,
            double balance, int validationStride, boolean keepsLastEpoch) {
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
        this.validationStride = validationStride;
        this.keepsLastEpoch = keepsLastEpoch;
        this.lengths = PaddedLengths.of(data);
        int count = data.train().size();
        this.batch = Math.min(settings.batch(), count);
        this.padded = new PaddedBatch(batch, data.channels(), lengths);
        this.batches = new int[Math.max(FEWEST_STEPS, (count + batch - 1) / batch)];
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
        for (int filled = 0; filled < slots.length; filled += buckets.length) {
            int[] drawn = sampler.epoch(random);
            System.arraycopy(drawn, 0, slots, filled, Math.min(drawn.length, slots.length - filled));
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

    @Override
    public boolean keepsLastEpoch() {
        return keepsLastEpoch;
    }

    /** Where epochs get equally many right, as they do on few sequences, the surer one is better: by less than one sequence counts. */
    private double score(ConfusionMatrix confusion, double crossEntropy, int count) {
        double tie = 0.5 / count * crossEntropy / (1 + crossEntropy);
        return switch (choice) {
            case CROSS_ENTROPY, LAST -> crossEntropy;
            case ACCURACY -> 1 - confusion.accuracy() + tie;
            case MACRO_F1 -> 1 - confusion.macroF1() + tie;
        };
    }
}
