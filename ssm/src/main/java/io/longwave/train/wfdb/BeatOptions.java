package io.longwave.train.wfdb;

/**
 * How beats are cut and what is put beside their samples.
 *
 * @param before seconds before the annotation, at least 0
 * @param after seconds after it, above 0
 * @param unclassifiable whether beats of class Q are kept; they are left out of scores by custom
 * @param standardise each lead by mean and deviation of its whole record, which takes out how big a patient's beats are
 * @param intervals three more channels, constant over the beat: the interval to the beat before and the one to the beat after, each divided by the mean of the ten
 *        intervals around, and the interval before divided by the mean of the record. De Chazal et al. 2004, IEEE Trans. Biomed. Eng. 51(7):1196,
 *        uses these intervals; a premature beat is early, which its own shape may not show. The mean looks at the whole record, so this is for recordings, not for a live stream
 * @param departures one more channel a lead: what is left of it after the median beat of the record, which is the patient's usual beat. How a beat differs from it says
 *        more about patients not met in training than the beat itself. It too looks at the whole record
 */
public record BeatOptions(double before, double after, boolean unclassifiable, boolean standardise, boolean intervals,
        boolean departures) {
    public BeatOptions {
        if (!(before >= 0 && before <= 60) || !(after > 0 && after <= 60)) {
            throw new IllegalArgumentException(
                    "beat: expected 0 to 60 s before and above 0 to 60 s after the annotation but was " + before + " and " + after);
        }
    }

    /** From 0.25 s before to 0.4 s after, without class Q, samples as they are and nothing beside them. */
    public static BeatOptions plain() {
        return new BeatOptions(0.25, 0.4, false, false, false, false);
    }

    /** As {@link #plain()}, leads standardised, intervals and departures beside them. */
    public static BeatOptions betweenPatients() {
        return new BeatOptions(0.25, 0.4, false, true, true, true);
    }
}
