package io.longwave.train.classify;

import java.util.List;

/**
 * A data set cut into what a classifier learns from, what chooses and what judges.
 *
 * @param classes names, in the order of the labels
 * @param channels V of every sequence
 * @param train,validation,test disjoint, sequences that were made in training alone; validation is cut from the training part, whole groups where there are some
 * @param sha256 of the files in the order they were read, lower-case hexadecimal
 */
public record ClassificationData(List<String> classes, int channels, List<LabelledSequence> train, List<LabelledSequence> validation,
        List<LabelledSequence> test, String sha256) {
    public ClassificationData {
        classes = List.copyOf(classes);
        train = List.copyOf(train);
        validation = List.copyOf(validation);
        test = List.copyOf(test);
        for (List<LabelledSequence> part : List.of(validation, test)) {
            if (part.stream().anyMatch(LabelledSequence::made)) {
                throw new IllegalArgumentException("expected made sequences in training alone but found some in validation or test");
            }
        }
        for (List<LabelledSequence> part : List.of(train, validation, test)) {
            for (LabelledSequence sequence : part) {
                if (sequence.channels() != channels) {
                    throw new IllegalArgumentException(
                            "expected " + channels + " channels in every sequence but was " + sequence.channels());
                }
                if (sequence.label() < 0 || sequence.label() >= classes.size()) {
                    throw new IllegalArgumentException("label " + sequence.label() + " has no name among " + classes);
                }
            }
        }
    }

    /** Steps of the longest sequence of all parts. */
    public int longest() {
        int longest = 1;
        for (List<LabelledSequence> part : List.of(train, validation, test)) {
            for (LabelledSequence sequence : part) {
                longest = Math.max(longest, sequence.length());
            }
        }
        return longest;
    }
}
