package io.longwave.train.wfdb;

/**
 * How beats are cut and what is put beside their samples. All but the plain cut looks at the whole record, so it is for recordings, not for a live
 * stream.
 *
 * @param before seconds before the annotation, at least 0
 * @param after seconds after it, above 0
 * @param rate samples per second that are enough: each number is the mean of as many samples as leave at least this rate; infinite for every sample
 * @param unclassifiable whether beats of class Q are kept; they are left out of scores by custom
 * @param scale what is done to the leads
 * @param intervals seven more channels, constant over the beat, that say how early it and its neighbours came, see {@link Rhythm}; a premature beat is
 *        early, which its own shape may not show
 * @param departures one more channel a lead: what is left of it after the median beat of the record, which is the patient's usual beat. How a beat differs from it says
 *        more about patients not met in training than the beat itself
 * @param fusions fusion beats that are made for training per ventricular beat of a record, see {@link Fusions}; 0 for none.
 *        Data that have no fusion beats to train on get none made
 */
public record BeatOptions(double before, double after, double rate, boolean unclassifiable, LeadScale scale, boolean intervals,
        boolean departures, double fusions) {
    public BeatOptions {
        if (!(before >= 0 && before <= 60) || !(after > 0 && after <= 60)) {
            throw new IllegalArgumentException(
                    "beat: expected 0 to 60 s before and above 0 to 60 s after the annotation but was " + before + " and " + after);
        }
        if (!(rate > 0)) {
            throw new IllegalArgumentException("beat: expected a rate above 0 samples per second but was " + rate);
        }
        if (!(fusions >= 0 && fusions <= 10)) {
            throw new IllegalArgumentException("beat: expected 0 to 10 made fusions per ventricular beat but was " + fusions);
        }
    }

    /** From 0.25 s before to 0.4 s after, without class Q, all samples as they are and nothing beside them. */
    public static BeatOptions plain() {
        return new BeatOptions(0.25, 0.4, Double.POSITIVE_INFINITY, false, LeadScale.RAW, false, false, 0);
    }

    /** From 0.3 s before to 0.5 s after at no more than about 360 Hz, without class Q, each lead by the patient's usual beat, intervals and departures beside it, fusions made. */
    public static BeatOptions betweenPatients() {
        return new BeatOptions(0.3, 0.5, 360, false, LeadScale.USUAL_BEAT, true, true, 0.2);
    }
}
