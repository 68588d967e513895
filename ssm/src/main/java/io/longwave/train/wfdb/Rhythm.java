package io.longwave.train.wfdb;

import java.util.Arrays;
import java.util.List;

/**
 * How early or late the beats of a record come: logarithms of ratios of intervals, so that half and double are equally far from usual. The
 * reference is a median, which a few early beats do not move; de Chazal et al. 2004, IEEE Trans. Biomed. Eng. 51(7):1196, take means of ten.
 */
final class Rhythm {

    /** Numbers of a beat. */
    static final int NUMBERS = 7;
    /** A pause of e times the usual interval says all that a longer one would. */
    private static final double MOST = 1;

    private final double[] steps; // [n - 1], from each beat to the next, in samples
    private final int around;
    private final double usual;

    /** @param around intervals on each side of a beat whose median is its local interval */
    Rhythm(List<WfdbAnnotation> beats, int around) {
        this.steps = new double[Math.max(0, beats.size() - 1)];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = beats.get(i + 1).sample() - beats.get(i).sample();
        }
        this.around = around;
        this.usual = median(steps);
    }

    /** The median of the intervals around a beat; 0 in a record of one beat. */
    double local(int beat) {
        return median(around(beat));
    }

    private double[] around(int beat) {
        return Arrays.copyOfRange(steps, Math.max(0, beat - around), Math.min(steps.length, beat + around));
    }

    /**
     * What is told of a beat if it came {@code early} samples before its time: ln of the interval before it, of the one after it, of the second before
     * and of the second after it, each to the local interval; ln of the interval before it to the median of the record; the median of |ln| of the
     * intervals around to the local one, which is large where the rhythm is irregular and an early beat says little; and ln of the local interval to the
     * median of the record, which a run of early beats makes short. All between -1 and 1, 0 where there is no such interval.
     */
    float[] of(int beat, double early) {
        double[] near = around(beat);
        double local = median(near);
        double[] spread = new double[near.length];
        for (int i = 0; i < near.length; i++) {
            spread[i] = Math.abs(logarithm(near[i], local));
        }
        double before = step(beat - 1) - (beat > 0 ? early : 0);
        double after = step(beat) + (beat < steps.length ? early : 0);
        return new float[]{(float) logarithm(before, local), (float) logarithm(after, local), (float) logarithm(step(beat - 2), local),
                (float) logarithm(step(beat + 1), local), (float) logarithm(before, usual), (float) median(spread),
                (float) logarithm(local, usual)};
    }

    /** 0 for an interval that the record has not. */
    private double step(int i) {
        return i >= 0 && i < steps.length ? steps[i] : 0;
    }

    private static double logarithm(double interval, double reference) {
        return interval > 0 && reference > 0 ? Math.clamp(StrictMath.log(interval / reference), -MOST, MOST) : 0;
    }

    private static double median(double[] values) {
        if (values.length == 0) {
            return 0;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
