package io.longwave.train.classify;

/** What the best epoch of a classifier is chosen by, on validation. */
public enum ClassifierChoice {
    /** Mean of -ln p(true class). */
    CROSS_ENTROPY,
    /** Share of wrong answers. */
    ACCURACY,
    /** One minus the mean F1 of the classes: rare classes count as much as common ones. */
    MACRO_F1,
    /** Nothing: the last epoch is kept, as is best where validation holds so few groups that what they prefer is chance. */
    LAST
}
