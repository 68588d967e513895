package io.longwave.train.layout;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.DataFiles;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.Stretch;
import io.longwave.train.layout.ClassificationSource.Layout;
import io.longwave.train.ucr.UcrArchive;
import io.longwave.train.wav.WavFile;
import io.longwave.train.wfdb.WfdbFolder;

/** Reads recordings that are to be classified, as those were read that the classifier learnt from. */
public final class RecordingReader {
    private static final String WAV = ".wav";
    private static final String HEADER = ".hea";
    private static final List<String> TABLES = List.of(".ts", ".tsv", ".txt", ".csv");

    private final RecordingInput input;

    public RecordingReader(RecordingInput input) {
        this.input = input;
    }

    /** Whether a file of this name is one, or describes one, by what the name ends with; {@code .gz} may follow. */
    public boolean looksLikeOne(String file) {
        String name = DataFile.unpackedName(Path.of(file)).toLowerCase(Locale.ROOT);
        return switch (input.layout()) {
            case WAV -> name.endsWith(WAV);
            case WFDB -> name.endsWith(HEADER);
            case ARCHIVE -> TABLES.stream().anyMatch(name::endsWith);
        };
    }

    /** What files must look like, for whoever has others. */
    public String expected() {
        return switch (input.layout()) {
            case WAV -> "WAV files of " + (int) input.rate() + " Hz";
            case WFDB -> "WFDB records of " + input.rate() + " Hz, each of a header .hea, its signal files and annotations ."
                    + String.join(" or .", WfdbFolder.ANNOTATORS) + " that say where beats are";
            case ARCHIVE -> "files of cases, one a line, with one of the endings " + String.join(" ", TABLES);
        };
    }

    /**
     * Names of the recordings that files are or describe, in their order: of WFDB records what has a header, without {@code .hea}; of other layouts
     * every file, since one that is no recording will be told from the others by what becomes of it.
     */
    public List<String> recordings(List<String> files) {
        if (input.layout() != Layout.WFDB) {
            return files.stream().distinct().toList();
        }
        return files.stream().filter(this::looksLikeOne).map(file -> DataFile.stem(Path.of(file))).distinct().toList();
    }

    /**
     * Everything of one recording that gets an answer, in the order of the file.
     *
     * @param recording as {@link #recording} has it
     * @throws DataFileException if a file of it is absent or damaged or the recording is not like those that were trained on
     */
    public List<Stretch> read(DataFiles files, String recording) {
        return switch (input.layout()) {
            case WAV -> List.of(new Stretch(null, wav(files.open(recording))));
            case WFDB -> WfdbFolder.unknown(files, recording, annotators(files, recording), input.rate(), input.lead(),
                    Objects.requireNonNull(input.beats()));
            case ARCHIVE -> UcrArchive.unlabelled(files.open(recording)).stream().map(sequence -> new Stretch(null, sequence)).toList();
        };
    }

    private LabelledSequence wav(DataFile file) {
        WavFile wav = WavFile.of(file);
        if (wav.rate() != input.rate()) {
            throw new DataFileException(file.path(), "expected " + (int) input.rate()
                    + " Hz as in the recordings that were trained on but found " + wav.rate() + " Hz");
        }
        return LabelledSequence.unknown(wav.samples(), wav.length());
    }

    private static List<String> annotators(DataFiles files, String record) {
        List<String> names = files.names();
        List<String> there = WfdbFolder.ANNOTATORS.stream()
                .filter(annotator -> names.contains(record + "." + annotator) || names.contains(record + "." + annotator + ".gz")).toList();
        if (there.isEmpty()) {
            throw new DataFileException(Path.of(record + HEADER),
                    "expected annotations that say where beats are, " + record + "." + String.join(" or .", WfdbFolder.ANNOTATORS)
                            + ", but found " + names.stream().filter(name -> name.startsWith(record + ".")).toList());
        }
        return there;
    }
}
