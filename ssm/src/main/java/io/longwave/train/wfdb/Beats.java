package io.longwave.train.wfdb;

import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.Stretch;
import java.util.ArrayList;
import java.util.List;

/** Cuts the beats of one record. */
final class Beats {

    /** Intervals on each side of a beat that tell its local interval. */
    private static final int AROUND = 5;

    private final WfdbRecord record;
    private final BeatOptions options;
    private final List<WfdbAnnotation> beats;
    private final BeatWindows windows;
    private final Rhythm rhythm;

    private Beats(WfdbRecord record, BeatOptions options) {
        this.record = record;
        this.options = options;
        this.beats = record.annotations().stream().filter(annotation -> BeatClass.of(annotation.code()).isPresent()).toList();
        this.windows = new BeatWindows(record, beats, options);
        this.rhythm = new Rhythm(beats, AROUND);
    }

    static int channels(WfdbRecord record, BeatOptions options) {
        return record.channels() * (options.departures() ? 2 : 1) + (options.intervals() ? Rhythm.NUMBERS : 0);
    }

    /**
     * Every beat of the record in time order, its group the record's name. A beat at the start or end of the record has its first or last sample
     * repeated, so that no annotated beat is lost.
     */
    static List<LabelledSequence> cut(WfdbRecord record, BeatOptions options) {
        return new Beats(record, options).annotated();
    }

    /** The same, behind them the fusion beats that the options want made. */
    static List<LabelledSequence> cutForTraining(WfdbRecord record, BeatOptions options) {
        Beats cut = new Beats(record, options);
        List<LabelledSequence> all = new ArrayList<>(cut.annotated());
        for (Fusions.Fusion fusion : Fusions.of(record, cut.beats, cut.windows, cut.rhythm, options.fusions())) {
            all.add(cut.sequence(fusion.window(), fusion.rhythm(), BeatClass.F, true));
        }
        return all;
    }

    /**
     * Every beat of the record in time order, of whatever class its annotation is, as what is to be classified: a beat detector calls them all
     * normal.
     */
    static List<Stretch> unknown(WfdbRecord record, BeatOptions options) {
        Beats cut = new Beats(record, options);
        List<Stretch> all = new ArrayList<>();
        for (int i = 0; i < cut.beats.size(); i++) {
            long sample = cut.beats.get(i).sample();
            LabelledSequence beat = cut.sequence(cut.windows.at(sample), cut.rhythm.of(i, 0), BeatClass.Q, false);
            all.add(new Stretch(sample / record.header().rate(), LabelledSequence.unknown(beat.values(), beat.length())));
        }
        return all;
    }

    private List<LabelledSequence> annotated() {
        List<LabelledSequence> cut = new ArrayList<>();
        for (int i = 0; i < beats.size(); i++) {
            BeatClass kind = BeatClass.of(beats.get(i).code()).orElseThrow();
            if (kind != BeatClass.Q || options.unclassifiable()) {
                cut.add(sequence(windows.at(beats.get(i).sample()), rhythm.of(i, 0), kind, false));
            }
        }
        return cut;
    }

    private LabelledSequence sequence(float[] window, float[] numbers, BeatClass kind, boolean made) {
        int leads = record.channels();
        int length = windows.length();
        int channels = channels(record, options);
        float[] usual = windows.usual();
        float[] values = new float[length * channels];
        for (int l = 0; l < length; l++) {
            int at = l * channels;
            for (int v = 0; v < leads; v++) {
                values[at++] = window[l * leads + v];
            }
            if (options.departures()) {
                for (int v = 0; v < leads; v++) {
                    values[at++] = window[l * leads + v] - usual[l * leads + v];
                }
            }
            if (options.intervals()) {
                System.arraycopy(numbers, 0, values, at, Rhythm.NUMBERS);
            }
        }
        return new LabelledSequence(values, length, kind.ordinal(), record.header().record(), made);
    }
}
