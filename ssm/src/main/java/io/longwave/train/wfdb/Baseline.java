package io.longwave.train.wfdb;

/**
 * The line that an electrocardiogram wanders about. It is what a running median over 0.2 s, which takes out QRS complexes and P waves, leaves to one
 * over 0.6 s, which takes out T waves: de Chazal et al. 2004, IEEE Trans. Biomed. Eng. 51(7):1196, section II-B.
 */
final class Baseline {

    private static final double QRS_SECONDS = 0.2;
    private static final double T_SECONDS = 0.6;
    /** Samples per second that say all about a line as slow as this. */
    private static final double ENOUGH = 90;

    private Baseline() {}

    /**
     * Takes it off a lead.
     *
     * @param lead [L], changed in place
     * @param rate samples per second
     */
    static void takeOff(float[] lead, double rate) {
        int group = Math.max(1, (int) (rate / ENOUGH));
        float[] line = new float[(lead.length + group - 1) / group]; // means of so many samples
        for (int i = 0; i < line.length; i++) {
            int end = Math.min(lead.length, (i + 1) * group);
            double sum = 0;
            for (int l = i * group; l < end; l++) {
                sum += lead[l];
            }
            line[i] = (float) (sum / (end - i * group));
        }
        line = RunningMedian.of(line, reach(QRS_SECONDS, rate / group));
        line = RunningMedian.of(line, reach(T_SECONDS, rate / group));
        for (int l = 0; l < lead.length; l++) {
            double place = Math.clamp((l - (group - 1) / 2.0) / group, 0, line.length - 1.0);
            int before = (int) place;
            double share = place - before;
            lead[l] -= (float) ((1 - share) * line[before] + share * line[Math.min(before + 1, line.length - 1)]);
        }
    }

    private static int reach(double seconds, double rate) {
        return (int) Math.round(seconds * rate / 2);
    }
}
