package io.longwave.train.wfdb;

import io.longwave.train.classify.LabelledSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Cuts the beats of one record. */
final class Beats {

    private static final int EXTRA = 3;
    /** Intervals on each side of a beat whose mean is its local interval. */
    private static final int AROUND = 5;

    private Beats() {}

    static int channels(WfdbRecord record, BeatOptions options) {
        return record.channels() * (options.departures() ? 2 : 1) + (options.intervals() ? EXTRA : 0);
    }

    /**
     * Every beat of the record in time order, its group the record's name. A beat at the start or end of the record has its first or last sample
     * repeated, so that no annotated beat is lost.
     */
    static List<LabelledSequence> cut(WfdbRecord record, BeatOptions options) {
        List<WfdbAnnotation> beats = record.annotations().stream().filter(annotation -> BeatClass.of(annotation.code()).isPresent())
                .toList();
        double[][] intervals = intervals(beats);
        float[] values = options.standardise() ? standardised(record) : record.values();
        int before = (int) Math.round(options.before() * record.header().rate());
        int length = Math.max(1, before + (int) Math.round(options.after() * record.header().rate()));
        int leads = record.channels();
        int channels = channels(record, options);
        int extra = leads * (options.departures() ? 2 : 1);
        float[] usual = options.departures() ? usual(record, values, beats, before, length) : new float[0];
        List<LabelledSequence> cut = new ArrayList<>();
        for (int i = 0; i < beats.size(); i++) {
            Optional<BeatClass> kind = BeatClass.of(beats.get(i).code());
            if (kind.orElseThrow() == BeatClass.Q && !options.unclassifiable()) {
                continue;
            }
            float[] beat = new float[length * channels];
            for (int l = 0; l < length; l++) {
                int at = place(record, beats.get(i), l - before);
                System.arraycopy(values, at * leads, beat, l * channels, leads);
                for (int e = leads; e < extra; e++) {
                    beat[l * channels + e] = values[at * leads + e - leads] - usual[l * leads + e - leads];
                }
                for (int e = extra; e < channels; e++) {
                    beat[l * channels + e] = (float) intervals[i][e - extra];
                }
            }
            cut.add(new LabelledSequence(beat, length, kind.orElseThrow().ordinal(), record.header().record()));
        }
        return cut;
    }

    /** Sample that lies {@code offset} after a beat, or the first or last of the record. */
    private static int place(WfdbRecord record, WfdbAnnotation beat, int offset) {
        return (int) Math.clamp(beat.sample() + offset, 0, record.length() - 1);
    }

    /** The median over all beats at each of their samples, [length, leads]. */
    private static float[] usual(WfdbRecord record, float[] values, List<WfdbAnnotation> beats, int before, int length) {
        int leads = record.channels();
        float[] usual = new float[length * leads];
        float[] all = new float[beats.size()];
        for (int i = 0; i < usual.length; i++) {
            for (int b = 0; b < all.length; b++) {
                all[b] = values[place(record, beats.get(b), i / leads - before) * leads + i % leads];
            }
            Arrays.sort(all);
            usual[i] = all.length == 0 ? 0 : (all[(all.length - 1) / 2] + all[all.length / 2]) / 2;
        }
        return usual;
    }

    /** [beats][3]: before / local, after / local, before / mean of the record; 1 where there is no such interval. */
    private static double[][] intervals(List<WfdbAnnotation> beats) {
        int n = beats.size();
        double[] steps = new double[Math.max(0, n - 1)]; // steps[i] from beat i to beat i + 1
        double sum = 0;
        for (int i = 0; i < steps.length; i++) {
            steps[i] = beats.get(i + 1).sample() - beats.get(i).sample();
            sum += steps[i];
        }
        double[][] out = new double[n][EXTRA];
        for (int i = 0; i < n; i++) {
            double local = 0;
            int from = Math.max(0, i - AROUND);
            int to = Math.min(steps.length, i + AROUND);
            for (int k = from; k < to; k++) {
                local += steps[k];
            }
            local /= Math.max(1, to - from);
            out[i][0] = i == 0 ? 1 : ratio(steps[i - 1], local);
            out[i][1] = i == n - 1 ? 1 : ratio(steps[i], local);
            out[i][2] = i == 0 ? 1 : ratio(steps[i - 1], sum / steps.length);
        }
        return out;
    }

    private static double ratio(double step, double mean) {
        return mean > 0 ? step / mean : 1;
    }

    private static float[] standardised(WfdbRecord record) {
        int leads = record.channels();
        float[] out = new float[record.values().length];
        for (int v = 0; v < leads; v++) {
            double sum = 0;
            double squares = 0;
            for (int l = 0; l < record.length(); l++) {
                sum += record.values()[l * leads + v];
            }
            double mean = sum / record.length();
            for (int l = 0; l < record.length(); l++) {
                double x = record.values()[l * leads + v] - mean;
                squares += x * x;
            }
            double deviation = Math.sqrt(squares / record.length());
            for (int l = 0; l < record.length(); l++) {
                out[l * leads + v] = (float) ((record.values()[l * leads + v] - mean) / (deviation > 0 ? deviation : 1));
            }
        }
        return out;
    }
}
