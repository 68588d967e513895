package io.longwave.train.nab;

/** What detections are worth: a window found, a false alarm, a window missed. */
public enum NabProfile {
    STANDARD("standard", 1, 0.11, 1),
    LOW_FALSE_POSITIVES("reward_low_FP_rate", 1, 0.22, 1),
    LOW_FALSE_NEGATIVES("reward_low_FN_rate", 1, 0.11, 2);

    private final String title;
    final double truePositive;
    final double falsePositive;
    final double falseNegative;

    NabProfile(String title, double truePositive, double falsePositive, double falseNegative) {
        this.title = title;
        this.truePositive = truePositive;
        this.falsePositive = falsePositive;
        this.falseNegative = falseNegative;
    }

    /** Name in the benchmark's own files. */
    public String title() {
        return title;
    }
}
