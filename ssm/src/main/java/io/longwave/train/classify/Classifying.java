package io.longwave.train.classify;

import java.util.List;

/**
 * What a classifier says of a list of sequences.
 *
 * @param probabilities [N, C]
 * @param given [N], the likeliest class of each
 * @param crossEntropy mean of -ln p(true class)
 */
@SuppressWarnings("ArrayRecordComponent") // results are read, never compared
public record Classifying(float[] probabilities, int[] given, double crossEntropy) {

    private static final double SMALLEST = 1e-12; // a probability rounded to zero costs 28 nats, not infinitely many

    /** Classifies every sequence, those of about one length together. */
    public static Classifying of(TrainableClassifier model, List<LabelledSequence> sequences, PaddedLengths lengths, int batch) {
        return of(model, sequences, 1, lengths, batch);
    }

    /** Classifies every {@code stride}-th sequence; N counts those. */
    static Classifying of(TrainableClassifier model, List<LabelledSequence> sequences, int stride, PaddedLengths lengths, int batch) {
        int count = (sequences.size() + stride - 1) / stride;
        int classes = model.classes();
        float[] probabilities = probabilities(model, sequences, stride, lengths, Math.min(batch, count));
        int[] given = new int[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            given[i] = likeliest(probabilities, i * classes, classes);
            sum -= Math.log(Math.max(SMALLEST, probabilities[i * classes + sequences.get(i * stride).label()]));
        }
        return new Classifying(probabilities, given, sum / count);
    }

    /**
     * Probabilities of the classes of every sequence, whether or not its label is known.
     *
     * @param size sequences that the model is given at once; the last of them are repeated where fewer are left, so that it sees one size only
     * @return [N, C]
     */
    public static float[] probabilities(TrainableClassifier model, List<LabelledSequence> sequences, PaddedLengths lengths, int size) {
        return probabilities(model, sequences, 1, lengths, size);
    }

    private static float[] probabilities(TrainableClassifier model, List<LabelledSequence> sequences, int stride, PaddedLengths lengths,
            int size) {
        int count = (sequences.size() + stride - 1) / stride;
        int classes = model.classes();
        float[] probabilities = new float[count * classes];
        PaddedBatch padded = new PaddedBatch(size, model.channels(), lengths);
        int[] places = byLength(sequences, stride, count, lengths);
        int[] entries = new int[size];
        float[] out = new float[size * classes];
        for (int first = 0; first < count; first += size) {
            int real = Math.min(size, count - first);
            for (int b = 0; b < size; b++) {
                entries[b] = places[first + Math.min(b, real - 1)] * stride;
            }
            padded.fill(sequences, entries, 0);
            model.classify(padded.sequences(), padded.steps, size, padded.length(), out);
            for (int b = 0; b < real; b++) {
                System.arraycopy(out, b * classes, probabilities, places[first + b] * classes, classes);
            }
        }
        return probabilities;
    }

    /** 0 to N - 1 in ascending padded length, else in their order. */
    private static int[] byLength(List<LabelledSequence> sequences, int stride, int count, PaddedLengths lengths) {
        int[] places = new int[count];
        int n = 0;
        for (int bucket = 0; bucket < lengths.count(); bucket++) {
            for (int i = 0; i < count; i++) {
                if (lengths.bucket(sequences.get(i * stride).length()) == bucket) {
                    places[n++] = i;
                }
            }
        }
        return places;
    }

    /** The class of the highest of C probabilities; of equal ones the first. */
    public static int likeliest(float[] probabilities, int from, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (probabilities[from + c] > probabilities[from + best]) {
                best = c;
            }
        }
        return best;
    }
}
