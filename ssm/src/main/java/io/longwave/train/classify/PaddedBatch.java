package io.longwave.train.classify;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The arrays of one batch of padded sequences, kept for every length and filled again for every batch. */
final class PaddedBatch {

    private final int channels;
    private final PaddedLengths lengths;
    private final Map<Integer, float[]> arrays = new HashMap<>();
    private float[] sequences = {}; // [B, L, V]
    private int length;
    final int[] steps; // [B]
    final int[] labels; // [B]

    PaddedBatch(int batch, int channels, PaddedLengths lengths) {
        this.channels = channels;
        this.lengths = lengths;
        this.steps = new int[batch];
        this.labels = new int[batch];
    }

    /**
     * Copies the sequences of a batch and pads them with zeros to the length that holds the longest of them.
     *
     * @param entries indices into {@code from}, the batch begins at {@code first}
     */
    void fill(List<LabelledSequence> from, int[] entries, int first) {
        int longest = 1;
        for (int b = 0; b < steps.length; b++) {
            longest = Math.max(longest, from.get(entries[first + b]).length());
        }
        length = lengths.length(lengths.bucket(longest));
        sequences = arrays.computeIfAbsent(length, l -> new float[steps.length * l * channels]);
        int size = length * channels;
        for (int b = 0; b < steps.length; b++) {
            LabelledSequence sequence = from.get(entries[first + b]);
            int used = sequence.values().length;
            System.arraycopy(sequence.values(), 0, sequences, b * size, used);
            Arrays.fill(sequences, b * size + used, (b + 1) * size, 0);
            steps[b] = sequence.length();
            labels[b] = sequence.label();
        }
    }

    float[] sequences() {
        return sequences;
    }

    int length() {
        return length;
    }
}
