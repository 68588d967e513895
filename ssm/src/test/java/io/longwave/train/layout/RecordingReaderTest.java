package io.longwave.train.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.train.DataFileException;
import io.longwave.train.DataFiles;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.Stretch;
import io.longwave.train.layout.ClassificationSource.Layout;
import io.longwave.train.wfdb.BeatOptions;
import io.longwave.train.wfdb.LeadScale;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingReaderTest {
    private static final RecordingInput TABLES = new RecordingInput(Layout.ARCHIVE, 0, "", null);
    private static final RecordingInput WAV = new RecordingInput(Layout.WAV, 8000, "", null);
    private static final RecordingInput BEATS = new RecordingInput(Layout.WFDB, 100, "MLII",
            new BeatOptions(0.02, 0.03, 100, false, LeadScale.RAW, false, false, 0));

    @TempDir
    private Path directory;

    @Test
    void aClassThatStandsInAFileOfCasesIsLeftOutWhateverItSays() throws IOException {
        file("named.ts", "@dimensions 2\n@classLabel true a b\n@data\n1,2:3,4:a\n5:6:never heard of\n");
        file("none.ts", "@dimensions 2\n@classLabel false\n@data\n1,2:3,4\n5:?\n");
        file("target.ts", "@dimensions 2\n@targetLabel true\n@data\n1,2:3,4:0.7\n5:6:8\n");
        file("first.tsv", "?\t1\t2\nNaN\t3\tNaN\n\t5\n");
        for (String name : List.of("named.ts", "none.ts", "target.ts")) {
            List<Stretch> cases = read(TABLES, name);
            assertThat(cases).as(name).hasSize(2);
            assertThat(cases.getFirst().sequence().values()).as(name).containsExactly(1, 3, 2, 4);
            assertThat(cases).extracting(stretch -> stretch.sequence().label()).containsOnly(LabelledSequence.UNKNOWN);
            assertThat(cases).extracting(Stretch::seconds).containsOnlyNulls();
        }
        assertThat(read(TABLES, "first.tsv")).extracting(stretch -> stretch.sequence().length()).containsExactly(2, 1, 1);
        assertThatThrownBy(() -> read(TABLES, file("bad.ts", "@dimensions 2\n@classLabel false\n@data\n1:2:3\n")))
                .isInstanceOf(DataFileException.class).hasMessageContaining("line 4: expected 2 dimensions parted by ':' but found 3");
    }

    @Test
    void aRecordingMustHaveTheRateOfThoseThatWereTrainedOn() throws IOException {
        Files.write(directory.resolve("a.wav"), wav(8000, 5));
        Files.write(directory.resolve("b.wav"), wav(16_000, 5));
        List<Stretch> one = read(WAV, "a.wav");
        assertThat(one).singleElement().satisfies(stretch -> assertThat(stretch.sequence().values()).containsExactly(0, 1 / 32768f,
                2 / 32768f, 3 / 32768f, 4 / 32768f));
        assertThatThrownBy(() -> read(WAV, "b.wav")).hasMessageContaining("b.wav: expected 8000 Hz").hasMessageContaining("found 16000 Hz");
        assertThatThrownBy(() -> read(WAV, "c.wav")).isInstanceOf(DataFileException.class).hasMessageContaining("c.wav");
    }

    @Test
    void everyBeatOfARecordIsCutWithItsTimeOfWhateverClassAndTheLeadOfTrainingFirst() throws IOException {
        record("r", "V1", "MLII", 100, new int[][]{{20, 1}, {45, 13}, {60, 28}, {70, 5}, {80, 25}, {83, 30}, {86, 35}, {89, 41}}, "atr",
                false);
        List<Stretch> beats = read(BEATS, "r");
        assertThat(beats).as("a change of rhythm, 28, is no beat").extracting(Stretch::seconds)
                .containsExactly(0.2, 0.45, 0.7, 0.8, 0.83, 0.86, 0.89);
        // two samples before the annotation to two after it; the second signal of the file is the lead that comes first
        assertThat(beats.get(1).sequence().values()).containsExactly(2 * 43 / 200f, 43 / 200f, 2 * 44 / 200f, 44 / 200f, 2 * 45 / 200f,
                45 / 200f, 2 * 46 / 200f, 46 / 200f, 2 * 47 / 200f, 47 / 200f);
    }

    @Test
    void beatsOfADetectorWillDoAndPackedFilesToo() throws IOException {
        record("r", "MLII", "V1", 100, new int[][]{{20, 1}, {70, 1}}, "qrs", true);
        assertThat(read(BEATS, "r")).hasSize(2);
    }

    @Test
    void aFileOfRhythmsDoesNotHideOneOfBeats() throws IOException {
        record("r", "MLII", "V1", 100, new int[][]{{20, 1}, {70, 1}}, "qrs", true);
        record("r", "MLII", "V1", 100, new int[][]{{10, 28}}, "atr", false);
        assertThat(read(BEATS, "r")).extracting(Stretch::seconds).containsExactly(0.2, 0.7);
        record("r", "MLII", "V1", 100, new int[][]{{10, 14}}, "qrs", true);
        assertThatThrownBy(() -> read(BEATS, "r")).hasMessageContaining("r.atr and .qrs: expected annotations of beats but there are none");
        record("r", "MLII", "V1", 100, new int[][]{{30, 5}}, "atr", false);
        assertThat(read(BEATS, "r")).extracting(Stretch::seconds).containsExactly(0.3);
    }

    @Test
    void aRecordThatCannotBeReadSaysWhatIsMissing() throws IOException {
        record("bare", "MLII", "V1", 100, new int[][]{{20, 1}}, "xws", false);
        assertThatThrownBy(() -> read(BEATS, "bare")).hasMessageContaining("bare.hea: expected annotations that say where beats are, "
                + "bare.atr or .qrsc or .qrs or .wqrs or .ecg or .ari, but found [bare.dat, bare.hea, bare.xws]");
        record("slow", "MLII", "V1", 50, new int[][]{{20, 1}}, "atr", false);
        assertThatThrownBy(() -> read(BEATS, "slow")).hasMessageContaining("slow.hea: expected 100.0 Hz").hasMessageContaining("50.0 Hz");
        record("still", "MLII", "V1", 100, new int[][]{{20, 28}}, "atr", false);
        assertThatThrownBy(() -> read(BEATS, "still")).hasMessageContaining("still.atr: expected annotations of beats but there are none");
        Files.delete(directory.resolve("still.dat"));
        assertThatThrownBy(() -> read(BEATS, "still")).isInstanceOf(DataFileException.class).hasMessageContaining("still.dat");
    }

    @Test
    void toldByTheirNamesFilesAreRecordingsOrDescribeThem() {
        assertThat(new RecordingReader(WAV).looksLikeOne("A.WAV.gz")).isTrue();
        assertThat(new RecordingReader(WAV).looksLikeOne("a.mp3")).isFalse();
        assertThat(new RecordingReader(TABLES).looksLikeOne("a.tsv")).isTrue();
        assertThat(new RecordingReader(BEATS).looksLikeOne("100.hea")).isTrue();
        assertThat(new RecordingReader(BEATS).looksLikeOne("100.dat")).isFalse();
        assertThat(new RecordingReader(BEATS).recordings(List.of("100.atr", "100.dat", "100.hea.gz", "RECORDS", "101.hea")))
                .containsExactly("100", "101");
        assertThat(new RecordingReader(WAV).recordings(List.of("b.wav", "a.txt", "b.wav"))).containsExactly("b.wav", "a.txt");
    }

    @Test
    void theInputOfADataSetIsThatOfItsFirstRecording() throws IOException {
        Path words = Files.createDirectory(directory.resolve("words"));
        Files.write(words.resolve("yes_ann_0.wav"), wav(16_000, 3));
        assertThat(ClassificationSource.input(words, ClassificationSource.Options.standard()))
                .isEqualTo(new RecordingInput(Layout.WAV, 16_000, "", null));
        record("a", "II", "V5", 250, new int[][]{{20, 1}}, "atr", false);
        record("b", "V5", "II", 250, new int[][]{{20, 1}}, "atr", false);
        file("RECORDS-TRAIN", "b\n");
        file("RECORDS-TEST", "a\n");
        assertThat(ClassificationSource.input(directory, ClassificationSource.Options.standard()))
                .isEqualTo(new RecordingInput(Layout.WFDB, 250, "V5", BeatOptions.plain()));
    }

    private List<Stretch> read(RecordingInput input, String recording) {
        return new RecordingReader(input).read(DataFiles.in(directory), recording);
    }

    private String file(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
        return name;
    }

    private static byte[] wav(int rate, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(44 + 2 * length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * length);
        bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1).putShort((short) 1);
        bytes.putInt(rate).putInt(2 * rate).putShort((short) 2).putShort((short) 16);
        bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * length);
        for (int l = 0; l < length; l++) {
            bytes.putShort((short) l);
        }
        return bytes.array();
    }

    /** A hundred samples of two ramps, the second twice as steep. */
    private void record(String name, String firstLead, String secondLead, int rate, int[][] annotations, String annotator, boolean packed)
            throws IOException {
        ByteBuffer samples = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
        for (int l = 0; l < 100; l++) {
            samples.putShort((short) l).putShort((short) (2 * l));
        }
        ByteBuffer marks = ByteBuffer.allocate(2 * annotations.length + 2).order(ByteOrder.LITTLE_ENDIAN);
        int last = 0;
        for (int[] annotation : annotations) {
            marks.putShort((short) (annotation[1] << 10 | annotation[0] - last));
            last = annotation[0];
        }
        String signal = name + ".dat 16 200 16 0 0 ";
        write(name + ".dat", samples.array(), packed);
        write(name + "." + annotator, marks.array(), packed);
        write(name + ".hea", (name + " 2 " + rate + " 100\n" + signal + (short) 4950 + " 0 " + firstLead + "\n" + signal + (short) 9900
                + " 0 " + secondLead + "\n").getBytes(StandardCharsets.UTF_8), packed);
    }

    private void write(String name, byte[] bytes, boolean packed) throws IOException {
        if (!packed) {
            Files.write(directory.resolve(name), bytes);
            return;
        }
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(directory.resolve(name + ".gz")))) {
            out.write(bytes);
        }
    }
}
