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
        float[] probabilities = new float[count * classes];
        int size = Math.min(batch, count);
        PaddedBatch padded = new PaddedBatch(size, model.channels(), lengths);
        int[] places = byLength(sequences, stride, count, lengths);
        int[] entries = new int[size];
        float[] out = new float[size * classes];
        for (int first = 0; first < count; first += size) {
            int real = Math.min(size, count - first);
            for (int b = 0; b < size; b++) {
                entries[b] = places[first + Math.min(b, real - 1)] * stride; // the last batch repeats its last sequence: one batch size for all
            }
            padded.fill(sequences, entries, 0);
            model.classify(padded.sequences(), padded.steps, size, padded.length(), out);
            for (int b = 0; b < real; b++) {
                System.arraycopy(out, b * classes, probabilities, places[first + b] * classes, classes);
            }
        }
        int[] given = new int[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            given[i] = likeliest(probabilities, i * classes, classes);
            sum -= Math.log(Math.max(SMALLEST, probabilities[i * classes + sequences.get(i * stride).label()]));
        }
        return new Classifying(probabilities, given, sum / count);
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

    private static int likeliest(float[] probabilities, int from, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (probabilities[from + c] > probabilities[from + best]) {
                best = c;
            }
        }
        return best;
    }
}
