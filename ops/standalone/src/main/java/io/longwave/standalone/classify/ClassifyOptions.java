package io.longwave.standalone.classify;

import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.PartOptions;
import io.longwave.train.DataFileException;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.ClassifierChoice;
import io.longwave.train.classify.InputScaling;
import io.longwave.train.layout.ClassificationSource;
import io.longwave.train.layout.RecordingInput;
import io.longwave.train.wav.WavFolder;
import io.longwave.train.wfdb.BeatOptions;
import io.longwave.train.wfdb.LeadScale;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of data sets of labelled sequences and of learning from them. */
public final class ClassifyOptions {

    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    @Option(names = "--scale", paramLabel = "KIND", defaultValue = "CHANNEL", description = "${COMPLETION-CANDIDATES}: every channel by mean and deviation of the training part; every channel of every sequence by its own; as in the file (default: ${DEFAULT-VALUE}).")
    private InputScaling scaling = InputScaling.CHANNEL;

    @Option(names = "--balance", paramLabel = "X", defaultValue = "0", description = "0 takes every training sequence once an epoch, 1 draws every class equally often, numbers between them in between (default: ${DEFAULT-VALUE}).")
    private double balance;

    @Option(names = "--choose-by", paramLabel = "SCORE", defaultValue = "MACRO_F1", description = "${COMPLETION-CANDIDATES}: what the best epoch is chosen by on validation, LAST for not choosing (default: ${DEFAULT-VALUE}).")
    private ClassifierChoice choice = ClassifierChoice.MACRO_F1;

    @Option(names = "--refit-below", paramLabel = "N", defaultValue = "1000", description = "Fewer sequences than these are learnt once more, validation with them, for as many epochs as were best; 0 for never (default: ${DEFAULT-VALUE}).")
    private int refitBelow = 1000;

    @Option(names = "--test-indices", paramLabel = "A-B", defaultValue = "0-4", description = "WAV recordings named class_group_index: those with these indices are the test part (default: ${DEFAULT-VALUE}).")
    private String testIndices = "0-4";

    @Option(names = "--test-groups", paramLabel = "NAME", split = ",", description = "WAV recordings: these groups, speakers say, are the test part.")
    private Set<String> testGroups = Set.of();

    @Option(names = "--test-share", paramLabel = "X", defaultValue = "0.2", description = "WAV recordings: share of each class for the test part where neither names nor folders tell (default: ${DEFAULT-VALUE}).")
    private double testShare = 0.2;

    @Option(names = "--train-list", paramLabel = "FILE", description = "WFDB records: list of those to train on (default: RECORDS-DS1 or RECORDS-TRAIN in the folder).")
    private @Nullable Path trainList;

    @Option(names = "--test-list", paramLabel = "FILE", description = "WFDB records: list of those to test on (default: RECORDS-DS2 or RECORDS-TEST in the folder).")
    private @Nullable Path testList;

    @Option(names = "--before", paramLabel = "SECONDS", defaultValue = "0.3", description = "WFDB records: how much of the signal before the annotation belongs to a beat (default: ${DEFAULT-VALUE}).")
    private double before = 0.3;

    @Option(names = "--after", paramLabel = "SECONDS", defaultValue = "0.5", description = "WFDB records: how much of it after the annotation (default: ${DEFAULT-VALUE}).")
    private double after = 0.5;

    @Option(names = "--no-intervals", description = "WFDB records: leaves out how early a beat and its neighbours come, which else are channels of their own.")
    private boolean withoutIntervals;

    @Option(names = "--no-departures", description = "WFDB records: leaves out how leads differ from the median beat of their record, which else are channels of their own.")
    private boolean withoutDepartures;

    @Option(names = "--leads", paramLabel = "KIND", defaultValue = "USUAL_BEAT", description = "WFDB records: ${COMPLETION-CANDIDATES}: leads in their unit; each by mean and deviation of its record; without baseline, by the height of the record's median beat (default: ${DEFAULT-VALUE}).")
    private LeadScale leads = LeadScale.USUAL_BEAT;

    @Option(names = "--beat-rate", paramLabel = "HZ", defaultValue = "360", description = "WFDB records: samples are averaged in groups that leave at least so many a second (default: ${DEFAULT-VALUE}).")
    private double beatRate = 360;

    @Option(names = "--fusions", paramLabel = "X", defaultValue = "0.2", description = "WFDB records: fusion beats to make for training per ventricular beat, as blends of the record's normal and ventricular ones, if there are real ones too; 0 for none (default: ${DEFAULT-VALUE}).")
    private double fusions = 0.2;

    @Option(names = "--unclassifiable", description = "WFDB records: keeps paced and unclassifiable beats as a class of their own.")
    private boolean unclassifiable;

    InputScaling scaling() {
        return scaling;
    }

    double balance() {
        return balance;
    }

    ClassifierChoice choice() {
        return choice;
    }

    /** Whether a model that was chosen learns from validation too in the end. */
    boolean refits(ClassificationData data) {
        return data.train().size() + data.validation().size() < refitBelow;
    }

    /**
     * Reads the data, validation cut from training.
     *
     * @throws CommandException if the place holds no layout that is known or it cannot be read
     */
    ClassificationData read(Path place, PartOptions parts) {
        return read(place, parts, 0, 0);
    }

    /**
     * Reads one fold of a cross-validation over the training part.
     *
     * @param folds 0 for the test part that the data have
     */
    ClassificationData read(Path place, PartOptions parts, int fold, int folds) {
        return told(place, () -> ClassificationSource.read(place, options(parts, fold, folds)));
    }

    /**
     * How recordings are read that are like those of this place.
     *
     * @throws CommandException as {@link #read(Path, PartOptions)}
     */
    RecordingInput input(Path place, PartOptions parts) {
        return told(place, () -> ClassificationSource.input(place, options(parts, 0, 0)));
    }

    private ClassificationSource.Options options(PartOptions parts, int fold, int folds) {
        Matcher range = RANGE.matcher(testIndices);
        if (!range.matches()) {
            throw new CommandException("--test-indices: expected a range such as 0-4 but was '" + testIndices + "'.");
        }
        var wav = new WavFolder.TestRule(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)), testGroups, testShare, 0);
        var beats = new BeatOptions(before, after, beatRate, unclassifiable, leads, !withoutIntervals, !withoutDepartures, fusions);
        return new ClassificationSource.Options(parts.test(), parts.validationShare(), 0, folds, fold, wav, trainList, testList, beats);
    }

    private static <T> T told(Path place, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (DataFileException e) {
            throw new CommandException(message(e), e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(place + ": " + message(e), e);
        }
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
