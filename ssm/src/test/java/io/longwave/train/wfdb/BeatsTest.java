package io.longwave.train.wfdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.longwave.train.classify.LabelledSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeatsTest {

    private static final int NORMAL = 1;
    private static final int VENTRICULAR = 5;
    private static final int EVERY = 80;

    /** Codes of one beat every 0.8 s; each fourth is ventricular. */
    private static final int[] MIXED = {NORMAL, NORMAL, NORMAL, VENTRICULAR, NORMAL, NORMAL, NORMAL, VENTRICULAR, NORMAL, NORMAL};

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 30})
    void leadsByTheUsualBeatDoNotTellHowLargeItIsOrWhereTheBaselineLies(double size) {
        BeatOptions options = new BeatOptions(0.2, 0.3, 1000, false, LeadScale.USUAL_BEAT, false, false, 0);
        List<LabelledSequence> one = Beats.cut(record(MIXED, 1, 0), options);
        List<LabelledSequence> other = Beats.cut(record(MIXED, size, 5 * size), options);
        for (int i = 0; i < one.size(); i++) {
            for (int l = 0; l < one.get(i).values().length; l++) {
                // the offset costs digits of numbers in 32 bits: 5 units of 6e-8, a few times
                assertThat(other.get(i).values()[l]).isEqualTo(one.get(i).values()[l], within(5e-6f));
            }
        }
        float top = Float.NEGATIVE_INFINITY;
        for (int l = 0; l < one.get(4).length(); l++) {
            top = Math.max(top, one.get(4).values()[2 * l]);
        }
        assertThat(top).as("height of a usual beat").isEqualTo(1, within(0.02f)); // its neighbours end a little above the baseline
    }

    @Test
    void aWanderingBaselineIsTakenOff() {
        BeatOptions options = new BeatOptions(0.2, 0.3, 1000, false, LeadScale.USUAL_BEAT, false, false, 0);
        WfdbRecord still = record(MIXED, 1, 0);
        WfdbRecord wandering = record(MIXED, 1, 0);
        for (int l = 0; l < wandering.length(); l++) {
            wandering.values()[2 * l] += (float) Math.sin(2 * Math.PI * l / 700); // once in 7 s, as breathing does
        }
        float[] expected = Beats.cut(still, options).get(4).values();
        float[] found = Beats.cut(wandering, options).get(4).values();
        for (int l = 0; l < expected.length; l++) {
            // medians over 0.6 s lag behind a slope of 0.9 a second by a part of that width: the wander of 2 is taken down to a tenth
            assertThat(found[l]).isEqualTo(expected[l], within(0.2f));
        }
    }

    @Test
    void aLeadWithoutTheHeartInItStaysSmall() {
        WfdbRecord record = record(MIXED, 1, 0);
        SplittableRandom random = new SplittableRandom(3);
        for (int l = 0; l < record.length(); l++) {
            record.values()[2 * l + 1] = (float) (0.001 * random.nextGaussian());
        }
        for (LabelledSequence beat : Beats.cut(record, new BeatOptions(0.2, 0.3, 1000, false, LeadScale.USUAL_BEAT, false, false, 0))) {
            for (int l = 0; l < beat.length(); l++) {
                assertThat(beat.values()[2 * l + 1]).isBetween(-0.05f, 0.05f);
            }
        }
    }

    @Test
    void aLowerRateTakesMeansOfSamplesAroundTheAnnotation() {
        WfdbRecord record = record(MIXED, 1, 0);
        for (int l = 0; l < record.length(); l++) {
            record.values()[2 * l] = l;
        }
        List<LabelledSequence> beats = Beats.cut(record, new BeatOptions(0.06, 0.09, 30, false, LeadScale.RAW, false, false, 0));
        float[] second = beats.get(1).values(); // at 100 Hz groups of 3 leave 33 Hz
        long at = record.annotations().get(1).sample();
        assertThat(beats.get(1).length()).isEqualTo(5);
        for (int l = 0; l < 5; l++) {
            assertThat(second[2 * l]).isEqualTo(at + 3 * (l - 2));
        }
    }

    @Test
    void fusionsLieBetweenANormalAndAVentricularBeatOfTheirRecordAndAreMadeForTrainingAlone() {
        BeatOptions options = new BeatOptions(0.2, 0.3, 1000, false, LeadScale.RAW, true, false, 2);
        WfdbRecord record = record(MIXED, 1, 0);
        assertThat(Beats.cut(record, options)).hasSize(10).noneMatch(LabelledSequence::made);
        List<LabelledSequence> all = Beats.cutForTraining(record, options);
        List<LabelledSequence> made = all.subList(10, all.size());
        assertThat(made).hasSize(4).allMatch(beat -> beat.made() && beat.label() == BeatClass.F.ordinal() && beat.group().equals("r"));
        assertThat(all.subList(0, 10)).noneMatch(LabelledSequence::made);
        int channels = 2 + Rhythm.NUMBERS;
        int atPeak = 20 * channels;
        for (LabelledSequence beat : made) {
            // a normal beat is 1 high there and a ventricular one 2, which may be 0.02 s away and is above 1.8 then
            assertThat(beat.values()[atPeak]).isBetween(1 + 0.2f * 0.8f, 1 + 0.6f);
            assertThat(beat.values()[2]).as("before").isBetween((float) Math.log(1 - 0.08), 0f);
            assertThat(beat.values()[3]).as("after").isBetween(0f, (float) Math.log(1 + 0.08));
        }
    }

    @Test
    void theSameRecordGivesTheSameFusions() {
        BeatOptions options = new BeatOptions(0.2, 0.3, 1000, false, LeadScale.RAW, true, false, 2);
        List<LabelledSequence> once = Beats.cutForTraining(record(MIXED, 1, 0), options);
        List<LabelledSequence> again = Beats.cutForTraining(record(MIXED, 1, 0), options);
        for (int i = 0; i < once.size(); i++) {
            assertThat(again.get(i).values()).isEqualTo(once.get(i).values());
        }
    }

    @Test
    void noFusionsAreMadeWhereOneOfTheTwoKindsIsAbsent() {
        BeatOptions options = new BeatOptions(0.2, 0.3, 1000, false, LeadScale.RAW, false, false, 2);
        assertThat(Beats.cutForTraining(record(new int[]{NORMAL, NORMAL, NORMAL}, 1, 0), options)).noneMatch(LabelledSequence::made);
        assertThat(Beats.cutForTraining(record(new int[]{VENTRICULAR, VENTRICULAR}, 1, 0), options)).noneMatch(LabelledSequence::made);
        assertThat(Beats.cutForTraining(record(new int[0], 1, 0), options)).isEmpty();
    }

    @Test
    void refusesARateOrANumberOfFusionsThatCannotBe() {
        assertThatThrownBy(() -> new BeatOptions(0.2, 0.3, 0, false, LeadScale.RAW, false, false, 0))
                .hasMessage("beat: expected a rate above 0 samples per second but was 0.0");
        assertThatThrownBy(() -> new BeatOptions(0.2, 0.3, 100, false, LeadScale.RAW, false, false, -1))
                .hasMessage("beat: expected 0 to 10 made fusions per ventricular beat but was -1.0");
    }

    /** Two leads at 100 Hz, one beat of each code every 0.8 s: normal ones narrow and {@code size} high, ventricular ones wide and twice that. */
    private static WfdbRecord record(int[] codes, double size, double offset) {
        int length = 200 + EVERY * codes.length;
        float[] values = new float[2 * length];
        List<WfdbAnnotation> annotations = new ArrayList<>();
        for (int i = 0; i < codes.length; i++) {
            int at = 100 + EVERY * i;
            annotations.add(new WfdbAnnotation(at, codes[i]));
            boolean wide = codes[i] == VENTRICULAR;
            for (int l = -30; l <= 30; l++) {
                double height = (wide ? 2 : 1) * Math.exp(-(l * l) / (wide ? 40.0 : 6.0));
                values[2 * (at + l)] += (float) (size * height);
                values[2 * (at + l) + 1] -= (float) (0.5 * size * height);
            }
        }
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) offset;
        }
        var signal = new WfdbHeader.SignalLine("r.dat", 16, 0, 200, 0, "mV", OptionalInt.empty(), "MLII");
        return new WfdbRecord(new WfdbHeader("r", 100, length, List.of(signal, signal)), values, length, annotations);
    }
}
