package io.longwave.train.wfdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.DataFiles;
import io.longwave.train.PublicData;
import io.longwave.train.classify.ClassWeights;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.ValidationCut;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WfdbFolderTest {

    private static final int[][] SAMPLES = {{1000, 1024, 1224, -2047, 2047, 0, 5, -1}, {24, -24, 1024, 1, -1, 7, 100, 2}};

    private static final List<String> ATR = List.of("atr");

    /** Median of |ln| of 295, 100, 200 and 100 to 150: 0.676, 0.405, 0.288, 0.405. */
    private static final float MIDDLE = (float) Math.log(1.5);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 32, 61, 160, 212})
    void readsSamplesOfEveryFormatInMillivolts(int format) throws IOException {
        record("r", format, SAMPLES, 1);
        WfdbRecord record = WfdbRecord.read(DataFiles.in(directory), "r", ATR, new DataFile.Fingerprint());
        assertThat(record.length()).isEqualTo(8);
        assertThat(record.channels()).isEqualTo(2);
        for (int l = 0; l < 8; l++) {
            for (int v = 0; v < 2; v++) {
                assertThat(record.values()[l * 2 + v]).isEqualTo((SAMPLES[v][l] - 1024) / 200f, within(1e-6f)); // one rounding to 32 bits
            }
        }
    }

    @Test
    void readsBytesAboutTheirMiddleAndFillsSamplesThatSayNone() throws IOException {
        record("r", 80, new int[][]{{5, -128, 9, 127}}, 1);
        WfdbRecord record = WfdbRecord.read(DataFiles.in(directory), "r", ATR, new DataFile.Fingerprint());
        assertThat(record.values()).containsExactly((5 - 1024) / 200f, (7 - 1024) / 200f, (9 - 1024) / 200f, (127 - 1024) / 200f);
    }

    @Test
    void readsAnnotationsWithLongStepsBackStepsTextsAndProperties() {
        byte[] file = words(code(1, 18), skip(), 1, 0, code(5, 2), code(61, 3), code(60, 2), code(62, 1), code(63, 3), 'a' | 'b' << 8, 'c',
                code(28, 10),
                skip(), 0xffff, 0xffff, code(6, 4), 0);
        assertThat(WfdbAnnotation.read(new DataFile(Path.of("x.atr"), file), 360)).containsExactly(new WfdbAnnotation(18, 1),
                new WfdbAnnotation(18 + 65_536 + 2, 5), new WfdbAnnotation(65_566, 28), new WfdbAnnotation(65_566 - 1 + 4, 6));
    }

    @Test
    void timesInTicksOfAnotherClockBecomeTheNearestSamples() {
        assertThat(annotations("## time resolution: 1000")).containsExactly(new WfdbAnnotation(0, 22), new WfdbAnnotation(36, 1),
                new WfdbAnnotation(397, 5));
        assertThat(annotations("## time resolution: 360.0")).endsWith(new WfdbAnnotation(100, 1), new WfdbAnnotation(1102, 5));
        assertThat(annotations("no clock")).endsWith(new WfdbAnnotation(100, 1), new WfdbAnnotation(1102, 5));
        assertThatThrownBy(() -> annotations("## time resolution: 0")).isInstanceOf(DataFileException.class)
                .hasMessageContaining("x.atr: byte 4: expected '## time resolution: N', N ticks a second above 0, but found");
    }

    @Test
    void refusesABeatBeyondTheEndOfItsRecord() throws IOException {
        dataSet(new int[1000]);
        Files.write(directory.resolve("a.atr"), words(code(1, 5), code(1, 994), code(28, 1), 0));
        assertThat(WfdbFolder.read(directory, null, null, BeatOptions.plain()).train()).hasSize(2);
        Files.write(directory.resolve("a.atr"), words(code(1, 5), code(5, 995), 0));
        assertThatThrownBy(() -> WfdbFolder.read(directory, null, null, BeatOptions.plain())).isInstanceOf(DataFileException.class)
                .hasMessageContaining("a.atr: expected beats at samples below 1000, where the record ends, but found one at 1000");
    }

    @Test
    void cutsBeatsByClassWithTheEdgesRepeatedAndLeavesOutWhatIsNone() throws IOException {
        int[] ramp = new int[1000];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = 1024 + i;
        }
        dataSet(ramp);
        ClassificationData data = WfdbFolder.read(directory, null, null, cut(LeadScale.RAW, false, false));
        assertThat(data.classes()).containsExactly("N", "S", "V", "F");
        assertThat(data.train()).hasSize(4).allMatch(beat -> beat.length() == 30 && beat.group().equals("a"));
        assertThat(data.train().stream().map(LabelledSequence::label)).containsExactly(0, 1, 2, 3);
        float[] second = data.train().get(1).values(); // annotation at 300: samples 290 to 319
        assertThat(second[0]).isEqualTo(290 / 200f);
        assertThat(second[29]).isEqualTo(319 / 200f);
        assertThat(data.train().getFirst().values()).startsWith(0, 0, 0, 0, 0, 0, 1 / 200f); // annotation at 5: five samples before the record
        assertThat(data.test()).extracting(LabelledSequence::group).containsOnly("b");
        assertThat(WfdbFolder.read(directory, null, null, new BeatOptions(0.1, 0.2, 1000, true, LeadScale.RAW, false, false, 0)).train())
                .hasSize(5);
    }

    @Test
    void everyCodeOfABeatHasAClass() throws IOException {
        dataSet(new int[1000]);
        // bundle branch block, escape from above the ventricles, R on T, not classified while learning, and a flutter wave, which is no beat
        Files.write(directory.resolve("a.atr"), words(code(25, 100), code(35, 100), code(41, 100), code(30, 100), code(31, 100), 0));
        assertThat(WfdbFolder.read(directory, null, null, cut(LeadScale.RAW, false, false)).train()).extracting(LabelledSequence::label)
                .containsExactly(BeatClass.N.ordinal(), BeatClass.N.ordinal(), BeatClass.V.ordinal());
        assertThat(WfdbFolder.read(directory, null, null, new BeatOptions(0.1, 0.2, 1000, true, LeadScale.RAW, false, false, 0)).train())
                .extracting(LabelledSequence::label).endsWith(BeatClass.Q.ordinal()).hasSize(4);
    }

    @Test
    void putsIntervalsBesideTheLeadsAndStandardisesThem() throws IOException {
        int[] wave = new int[1000];
        for (int i = 0; i < wave.length; i++) {
            wave[i] = 1024 + (i % 2 == 0 ? 100 : 300);
        }
        dataSet(wave);
        ClassificationData data = WfdbFolder.read(directory, null, null, cut(LeadScale.RECORD, true, false));
        assertThat(data.channels()).isEqualTo(8);
        // beats at 5, 300, 400, 600, 700 (the last of class Q): intervals 295, 100, 200, 100, median 150, which is local and overall here
        float[] third = data.train().get(2).values();
        assertThat(third[0]).isEqualTo(-1, within(1e-6f));
        float[] expected = {ln(100 / 150.0), ln(200 / 150.0), ln(295 / 150.0), ln(100 / 150.0), ln(100 / 150.0), MIDDLE, 0};
        for (int e = 0; e < expected.length; e++) {
            assertThat(third[1 + e]).as("number %d", e).isEqualTo(expected[e], within(1e-6f)); // a rounding to 32 bits
            assertThat(third[8 * 29 + 1 + e]).as("constant over the beat").isEqualTo(third[1 + e]);
        }
        float[] first = data.train().getFirst().values();
        assertThat(first[1]).as("there is no beat before").isZero();
        assertThat(first[2]).isEqualTo(ln(295 / 150.0), within(1e-6f));
    }

    @Test
    void putsWhatDiffersFromTheMedianBeatBesideTheLeads() throws IOException {
        int[] pulses = new int[1000];
        Arrays.fill(pulses, 1024);
        int[] beats = {5, 300, 400, 600, 700};
        int[] heights = {200, 200, 400, 200, 200};
        for (int i = 0; i < beats.length; i++) {
            pulses[beats[i]] += heights[i];
        }
        dataSet(pulses);
        ClassificationData data = WfdbFolder.read(directory, null, null, cut(LeadScale.RAW, false, true));
        assertThat(data.channels()).isEqualTo(2);
        float[] usual = data.train().get(1).values();
        float[] higher = data.train().get(2).values();
        assertThat(usual[2 * 10]).isEqualTo(1);
        assertThat(usual[2 * 10 + 1]).isZero();
        assertThat(higher[2 * 10]).isEqualTo(2);
        assertThat(higher[2 * 10 + 1]).as("beside a median of 1 mV").isEqualTo(1);
        assertThat(higher[2 * 11 + 1]).isZero();
    }

    @Test
    void makesFusionsForTrainingWhereItHasSome() throws IOException {
        BeatOptions options = new BeatOptions(0.1, 0.2, 1000, false, LeadScale.RAW, true, true, 3);
        dataSet(new int[1000]);
        ClassificationData data = WfdbFolder.read(directory, null, null, options);
        assertThat(data.train()).hasSize(7);
        assertThat(data.train().stream().filter(LabelledSequence::made)).hasSize(3);
        assertThat(data.test()).hasSize(4).noneMatch(LabelledSequence::made);
        Files.write(directory.resolve("a.atr"), words(code(1, 5), code(8, 290), code(5, 100), code(1, 200), 0));
        assertThat(WfdbFolder.read(directory, null, null, options).train()).hasSize(4).noneMatch(LabelledSequence::made);
    }

    @Test
    void putsTheFirstLeadOfTheFirstRecordFirstInEveryRecord() throws IOException {
        int[][] leads = {new int[1000], new int[1000]};
        Arrays.fill(leads[1], 1224);
        dataSet(new int[1000]);
        for (String name : List.of("a", "b")) {
            byte[] annotations = Files.readAllBytes(directory.resolve(name + ".atr"));
            record(name, 212, leads, 100);
            Files.write(directory.resolve(name + ".atr"), annotations);
        }
        String header = Files.readString(directory.resolve("a.hea"));
        int second = header.lastIndexOf("MLII");
        Files.writeString(directory.resolve("a.hea"), header.substring(0, second) + "V5" + header.substring(second + 4));
        header = Files.readString(directory.resolve("b.hea"));
        Files.writeString(directory.resolve("b.hea"), header.replaceFirst("MLII", "V5"));
        ClassificationData data = WfdbFolder.read(directory, null, null, BeatOptions.plain());
        assertThat(data.train().getFirst().values()).startsWith(-1024 / 200f, 1);
        assertThat(data.test().getFirst().values()).startsWith(1, -1024 / 200f);
    }

    @Test
    void aRecordGoesByTheNameOfItsFiles() throws IOException {
        dataSet(new int[1000]);
        for (String name : List.of("a", "b")) {
            Path header = directory.resolve(name + ".hea");
            Files.writeString(header, Files.readString(header).replaceFirst("^" + name, "rec"));
        }
        ClassificationData data = WfdbFolder.read(directory, null, null, BeatOptions.plain());
        assertThat(data.train()).extracting(LabelledSequence::group).containsOnly("a");
        assertThat(data.test()).extracting(LabelledSequence::group).containsOnly("b");
    }

    @Test
    void signalsOfARecordInAFolderLieInThatFolder() throws IOException {
        dataSet(new int[1000]);
        Path folder = Files.createDirectory(directory.resolve("p1"));
        int[] high = new int[1000];
        Arrays.fill(high, 1224);
        byte[] annotations = Files.readAllBytes(directory.resolve("a.atr"));
        record("a", 212, new int[][]{high}, 100);
        Files.write(directory.resolve("a.atr"), annotations);
        for (String end : List.of(".hea", ".dat.gz", ".atr")) {
            Files.move(directory.resolve("a" + end), folder.resolve("a" + end));
        }
        record("a", 212, new int[][]{new int[1000]}, 100);
        Files.writeString(directory.resolve("RECORDS-DS1"), "p1/a\n");
        ClassificationData data = WfdbFolder.read(directory, null, null, BeatOptions.plain());
        assertThat(data.train().getFirst().values()).containsOnly(1);
        assertThat(data.train()).extracting(LabelledSequence::group).containsOnly("p1/a");
    }

    @Test
    void takesListsByNameAndRefusesARecordOnBothSides() throws IOException {
        dataSet(new int[1000]);
        Files.writeString(directory.resolve("mine"), "# chosen\r\nb\r\n");
        assertThat(WfdbFolder.read(directory, Path.of("mine"), Path.of("RECORDS-DS1"), BeatOptions.plain()).train())
                .extracting(LabelledSequence::group).containsOnly("b");
        assertThatThrownBy(() -> WfdbFolder.read(directory, Path.of("mine"), null, BeatOptions.plain()))
                .hasMessageContaining("expected no record in both lists but found [b]");
        Files.delete(directory.resolve("RECORDS-DS2"));
        assertThatThrownBy(() -> WfdbFolder.read(directory, null, null, BeatOptions.plain())).isInstanceOf(DataFileException.class)
                .hasMessageContaining("expected a list of records named one of [RECORDS-DS2, RECORDS-TEST]").hasMessageContaining("mine");
    }

    @Test
    void saysThatAListHasNoBeats() throws IOException {
        dataSet(new int[1000]);
        Files.write(directory.resolve("b.atr"), words(code(28, 5), 0));
        assertThatThrownBy(() -> WfdbFolder.read(directory, null, null, BeatOptions.plain())).isInstanceOf(DataFileException.class)
                .hasMessageEndingWith("expected beats annotated by class in .atr of the records [b] but found none");
        Files.write(directory.resolve("a.atr"), words(code(28, 5), 0));
        Files.write(directory.resolve("a.qrs"), words(code(1, 5), 0));
        assertThatThrownBy(() -> WfdbFolder.read(directory, null, null, BeatOptions.plain()))
                .hasMessageContaining("of the records [a] but found none; beats of a detector, as in a.qrs, have no class");
    }

    @Test
    void refusesSamplesThatMissTheChecksum() throws IOException {
        record("r", 212, SAMPLES, 1);
        Path signal = directory.resolve("r.dat");
        byte[] bytes = Files.readAllBytes(signal);
        bytes[3] ^= 1;
        Files.write(signal, bytes);
        assertThatThrownBy(() -> WfdbRecord.read(DataFiles.in(directory), "r", ATR, new DataFile.Fingerprint()))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("r.dat: signal MLII: expected samples that add up to the header's checksum");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r|line 1: expected a record name, the number of signals
            r/2 1 360 8;r.dat 16|line 1: expected a record of one segment but found 'r/2'
            r 2 360 8;r.dat 16|expected at least one signal line and as many as the record line says, 2, but found 1
            r 1 fast 8;r.dat 16|line 1: expected samples per second but found 'fast'
            r 1 360 8;r.dat xyz|line 2: expected a format such as 212 but found 'xyz'
            r 1 360 8;r.dat 212x4|line 2: expected one sample a frame and no skew but found '212x4'
            r 1 360 8;r.dat 16 big|line 2: expected units per millivolt
            r 1 360 8;r.dat 16 200 11 zero|line 2: zero: expected a whole number but found 'zero'
            r 1 360 8;r.dat 311|expected a signal of format 16, 24, 32, 61, 80, 160 or 212 but the header says 311
            r 1 360 800;r.dat 16|expected 800 samples of each of 1 signals but the file has room for 8
            r 1 360 8;none.dat 16|none.dat: expected a file but there is none
            """)
    void saysWhatIsWrongInAHeader(String header, String problem) throws IOException {
        Files.writeString(directory.resolve("r.hea"), header.replace(";", "\r\n") + "\r\n# remark");
        Files.write(directory.resolve("r.dat"), new byte[16]);
        Files.write(directory.resolve("r.atr"), words(0));
        assertThatThrownBy(() -> WfdbRecord.read(DataFiles.in(directory), "r", ATR, new DataFile.Fingerprint()))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void readsTheShortestHeaderAndBaselinesUnitsAndNamesOfLeads() throws IOException {
        Files.writeString(directory.resolve("r.hea"), "r 1\nr.dat 16\n");
        WfdbHeader shortest = WfdbHeader.of(DataFile.read(directory.resolve("r.hea")));
        assertThat(shortest.rate()).isEqualTo(250);
        assertThat(shortest.signals().getFirst().gain()).isEqualTo(200);
        Files.writeString(directory.resolve("r.hea"),
                "r 1 128.5/1(0) 100 12:00:00 01/01/2000\nr.dat 16+24 51.2(-3)/uV 12 7 1 -5 0 lead II upper\n");
        WfdbHeader full = WfdbHeader.of(DataFile.read(directory.resolve("r.hea")));
        assertThat(full.rate()).isEqualTo(128.5);
        WfdbHeader.SignalLine line = full.signals().getFirst();
        assertThat(line.offset()).isEqualTo(24);
        assertThat(line.gain()).isEqualTo(51.2);
        assertThat(line.baseline()).isEqualTo(-3);
        assertThat(line.unit()).isEqualTo("uV");
        assertThat(line.checksum()).hasValue(-5);
        assertThat(line.lead()).isEqualTo("lead II upper");
    }

    @Test
    void saysThatAnnotationsAreCutOff() {
        assertThatThrownBy(() -> WfdbAnnotation.read(new DataFile(Path.of("x.atr"), words(code(1, 18))), 360))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("x.atr: expected a zero word at the end but the file ends without one after 1 annotations");
        assertThatThrownBy(() -> WfdbAnnotation.read(new DataFile(Path.of("x.atr"), words(code(63, 9), 0)), 360))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("expected 9 more bytes at byte 2 but the file ends after 4");
        assertThatThrownBy(() -> WfdbAnnotation.read(new DataFile(Path.of("x.atr"), words(skip(), 0xffff, 0, code(1, 1), 0)), 360))
                .hasMessageContaining("expected annotations from sample 0 on");
    }

    @Test
    void readsTheArrhythmiaDatabaseBetweenPatients() {
        ClassificationData data = WfdbFolder.read(PublicData.folder("mitdb"), null, null, BeatOptions.plain());
        assertThat(data.channels()).isEqualTo(2);
        assertThat(data.longest()).isEqualTo(234);
        assertThat(ClassWeights.counts(data.train(), 4)).containsExactly(19_892, 666, 3138, 390);
        assertThat(ClassWeights.counts(data.test(), 4)).containsExactly(13_653, 307, 1919, 375);
        assertThat(ClassWeights.counts(data.train().stream().filter(beat -> beat.group().equals("208")).toList(), 4)).containsExactly(1586,
                2, 992, 373);
        ClassificationData cut = ValidationCut.cut(data, 0.2, 1);
        Set<String> held = cut.validation().stream().map(LabelledSequence::group).collect(Collectors.toSet());
        assertThat(cut.train()).noneMatch(beat -> held.contains(beat.group()));
        assertThat(Arrays.stream(ClassWeights.counts(cut.validation(), 4))).allMatch(count -> count >= 10);
        assertThat(Arrays.stream(ClassWeights.counts(cut.train(), 4))).allMatch(count -> count >= 10);
    }

    /** A note with a text, a normal beat after 100 ticks and a ventricular one 1002 later, of a record at 360 Hz. */
    private static List<WfdbAnnotation> annotations(String note) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(words(code(22, 0), code(63, note.length())));
        file.writeBytes(note.getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(new byte[note.length() % 2]);
        file.writeBytes(words(code(60, 0), code(1, 100), code(5, 1002), 0));
        return WfdbAnnotation.read(new DataFile(Path.of("x.atr"), file.toByteArray()), 360);
    }

    private static float ln(double ratio) {
        return (float) Math.log(ratio);
    }

    private static BeatOptions cut(LeadScale scale, boolean intervals, boolean departures) {
        return new BeatOptions(0.1, 0.2, 1000, false, scale, intervals, departures, 0);
    }

    /** Record a for training and b for test, one lead at 100 Hz, beats N, S, V, F and Q and an annotation that is none. */
    private void dataSet(int[] lead) throws IOException {
        for (String name : List.of("a", "b")) {
            record(name, 212, new int[][]{lead}, 100);
            Files.write(directory.resolve(name + ".atr"),
                    words(code(1, 5), code(28, 5), code(8, 290), code(5, 100), code(6, 200), code(13, 100), 0));
        }
        Files.writeString(directory.resolve("RECORDS-DS1"), "a\r\n");
        Files.writeString(directory.resolve("RECORDS-DS2"), "b");
    }

    /** Header, signal file, packed where the name is not r, and an annotation file without annotations. */
    private void record(String name, int format, int[][] samples, int rate) throws IOException {
        StringBuilder header = new StringBuilder(name + " " + samples.length + " " + rate + " " + samples[0].length + "\r\n");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int[] signal : samples) {
            int sum = 0;
            for (int sample : signal) {
                sum += sample;
            }
            header.append(name).append(".dat ").append(format).append(" 200 11 1024 ").append(signal[0]).append(' ').append((short) sum)
                    .append(" 0 MLII\r\n");
        }
        int before = 0;
        for (int n = 0; n < samples.length * samples[0].length; n++) {
            int sample = samples[n % samples.length][n / samples.length];
            switch (format) {
                case 16 -> little(out, sample, 2);
                case 24 -> little(out, sample, 3);
                case 32 -> little(out, sample, 4);
                case 61 -> {
                    out.write(sample >> 8);
                    out.write(sample);
                }
                case 80 -> out.write(sample + 128);
                case 160 -> little(out, sample + 32_768, 2);
                default -> {
                    if (n % 2 == 0) {
                        before = sample;
                    } else {
                        out.write(before);
                        out.write(before >> 8 & 0xf | sample >> 4 & 0xf0);
                        out.write(sample);
                    }
                }
            }
        }
        Files.writeString(directory.resolve(name + ".hea"), header + "# remark\r\n");
        if (name.equals("r")) {
            Files.write(directory.resolve("r.dat"), out.toByteArray());
        } else {
            try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(directory.resolve(name + ".dat.gz")))) {
                out.writeTo(packed);
            }
        }
        Files.write(directory.resolve(name + ".atr"), words(0));
    }

    private static void little(ByteArrayOutputStream out, int value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write(value >> 8 * i);
        }
    }

    private static int code(int code, int low) {
        return code << 10 | low;
    }

    private static int skip() {
        return 59 << 10;
    }

    private static byte[] words(int... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int word : words) {
            little(out, word, 2);
        }
        return out.toByteArray();
    }
}
