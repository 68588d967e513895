package io.longwave.train.wfdb;

import java.util.Arrays;
import java.util.List;

/** Stretches of a record about its annotations, scaled, at a rate that is enough for them. L steps, V leads. */
final class BeatWindows {

    /** The QRS complex of a beat lies within so many seconds of its annotation. */
    private static final double QRS_REACH = 0.1;
    /** A lead that hardly sees the heart is not blown up to the size of one that does. */
    private static final double LEAST_HEIGHT = 0.25;

    private final WfdbRecord record;
    private final float[][] leads; // [V][samples]
    private final int group;
    private final int before;
    private final int length;
    private final float[] usual; // [L, V]

    /** @param beats whose median is the usual beat */
    BeatWindows(WfdbRecord record, List<WfdbAnnotation> beats, BeatOptions options) {
        double rate = record.header().rate();
        this.record = record;
        this.group = (int) Math.max(1, rate / options.rate());
        this.before = (int) Math.round(options.before() * rate / group);
        this.length = Math.max(1, before + (int) Math.round(options.after() * rate / group));
        this.leads = new float[record.channels()][record.length()];
        for (int v = 0; v < leads.length; v++) {
            for (int l = 0; l < leads[v].length; l++) {
                leads[v][l] = record.values()[l * leads.length + v];
            }
            switch (options.scale()) {
                case RAW -> {
                }
                case RECORD -> standardise(leads[v]);
                case USUAL_BEAT -> Baseline.takeOff(leads[v], rate);
            }
        }
        this.usual = options.scale() == LeadScale.USUAL_BEAT || options.departures() ? median(beats) : new float[length * leads.length];
        if (options.scale() == LeadScale.USUAL_BEAT) {
            scaleByUsual(rate / group);
        }
    }

    /** L. */
    int length() {
        return length;
    }

    /** What lies about a sample, [L, V]; beyond the ends of the record its first or last sample. */
    float[] at(long sample) {
        float[] window = new float[length * leads.length];
        for (int l = 0; l < length; l++) {
            long first = sample + (long) (l - before) * group - group / 2;
            for (int v = 0; v < leads.length; v++) {
                double sum = 0;
                for (int j = 0; j < group; j++) {
                    sum += leads[v][(int) Math.clamp(first + j, 0L, record.length() - 1L)];
                }
                window[l * leads.length + v] = (float) (sum / group);
            }
        }
        return window;
    }

    /** The median over all beats at each of their numbers, [L, V]; owned by this object. */
    float[] usual() {
        return usual;
    }

    private float[] median(List<WfdbAnnotation> beats) {
        float[] median = new float[length * leads.length];
        if (beats.isEmpty()) {
            return median;
        }
        List<float[]> windows = beats.stream().map(beat -> at(beat.sample())).toList();
        float[] all = new float[windows.size()];
        for (int i = 0; i < median.length; i++) {
            for (int b = 0; b < all.length; b++) {
                all[b] = windows.get(b)[i];
            }
            Arrays.sort(all);
            median[i] = (all[(all.length - 1) / 2] + all[all.length / 2]) / 2;
        }
        return median;
    }

    private void scaleByUsual(double rate) {
        int reach = (int) Math.ceil(QRS_REACH * rate);
        float[] heights = new float[leads.length];
        float highest = 0;
        for (int v = 0; v < leads.length; v++) {
            float low = Float.POSITIVE_INFINITY;
            float high = Float.NEGATIVE_INFINITY;
            for (int l = Math.max(0, before - reach); l < Math.min(length, before + reach + 1); l++) {
                low = Math.min(low, usual[l * leads.length + v]);
                high = Math.max(high, usual[l * leads.length + v]);
            }
            heights[v] = high - low;
            highest = Math.max(highest, heights[v]);
        }
        for (int v = 0; v < leads.length; v++) {
            float height = highest > 0 ? Math.max(heights[v], (float) (LEAST_HEIGHT * highest)) : 1;
            for (int l = 0; l < leads[v].length; l++) {
                leads[v][l] /= height;
            }
            for (int l = 0; l < length; l++) {
                usual[l * leads.length + v] /= height;
            }
        }
    }

    private static void standardise(float[] lead) {
        double sum = 0;
        for (float x : lead) {
            sum += x;
        }
        double mean = sum / lead.length;
        double squares = 0;
        for (float x : lead) {
            squares += (x - mean) * (x - mean);
        }
        double deviation = Math.sqrt(squares / lead.length);
        for (int l = 0; l < lead.length; l++) {
            lead[l] = (float) ((lead[l] - mean) / (deviation > 0 ? deviation : 1));
        }
    }
}
