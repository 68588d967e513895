package io.longwave.train.classify;

import java.util.Arrays;
import java.util.List;

/** The baseline that gives every sequence the class most frequent in training; of equal ones the first. */
public record MajorityClass(int label) {

    public static MajorityClass fit(List<LabelledSequence> train) {
        if (train.isEmpty()) {
            throw new IllegalArgumentException("expected training rows but there are none");
        }
        int[] counts = ClassWeights.counts(train, 1 + train.stream().mapToInt(LabelledSequence::label).max().orElse(0));
        int best = 0;
        for (int c = 1; c < counts.length; c++) {
            best = counts[c] > counts[best] ? c : best;
        }
        return new MajorityClass(best);
    }

    /** The same label for every sequence. */
    public int[] classify(List<LabelledSequence> sequences) {
        int[] given = new int[sequences.size()];
        Arrays.fill(given, label);
        return given;
    }
}
