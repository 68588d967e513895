package io.longwave.train.layout;

import io.longwave.train.DataFileException;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.ValidationCut;
import io.longwave.train.ucr.UcrArchive;
import io.longwave.train.wav.WavFolder;
import io.longwave.train.wfdb.BeatOptions;
import io.longwave.train.wfdb.WfdbFolder;
import io.longwave.train.wfdb.WfdbHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Labelled sequences of any layout that is known, told by what a folder or file holds. */
public final class ClassificationSource {

    private ClassificationSource() {}

    /** What data are laid out as. */
    public enum Layout {
        /** Text files of the UCR and UEA archives. */
        ARCHIVE,
        /** WAV recordings. */
        WAV,
        /** Records of the waveform database, cut into beats. */
        WFDB
    }

    /**
     * How to read and divide. What a layout has no use for is not looked at.
     *
     * @param test test file of an archive set; null finds it beside the training file
     * @param validationShare of training, 0 for no validation part
     * @param seed of every draw
     * @param folds of a cross-validation over the training part, see {@link ValidationCut#fold}; 0 for the test part that the layout has
     * @param fold which one is tested, from 0
     * @param wavTest which recordings are tested
     * @param trainList,testList record lists of a WFDB folder; null finds them
     * @param beats how beats are cut
     */
    public record Options(@Nullable Path test, double validationShare, long seed, int folds, int fold, WavFolder.TestRule wavTest,
            @Nullable Path trainList, @Nullable Path testList, BeatOptions beats) {
        public Options {
            if (!(validationShare >= 0 && validationShare < 1)) {
                throw new IllegalArgumentException("validation share: expected 0 or more and below 1 but was " + validationShare);
            }
        }

        /** A fifth of training as validation, seed 0, the test part of the layout, beats as they are. */
        public static Options standard() {
            return new Options(null, 0.2, 0, 0, 0, WavFolder.TestRule.standard(), null, null, BeatOptions.plain());
        }
    }

    /**
     * Reads and divides.
     *
     * @throws DataFileException if the place holds none of the layouts or a file is not as its layout has it
     */
    public static ClassificationData read(Path place, Options options) {
        ClassificationData data = switch (layout(place)) {
            case ARCHIVE -> archive(place, options);
            case WAV -> WavFolder.read(place, options.wavTest);
            case WFDB -> WfdbFolder.read(place, options.trainList, options.testList, options.beats);
        };
        if (options.folds > 0) {
            data = ValidationCut.fold(data, options.fold, options.folds);
        }
        return options.validationShare == 0 ? data : ValidationCut.cut(data, options.validationShare, options.seed);
    }

    /**
     * How recordings must be read that a classifier of these data is to classify.
     *
     * @throws DataFileException as {@link #read}
     */
    public static RecordingInput input(Path place, Options options) {
        Layout layout = layout(place);
        return switch (layout) {
            case ARCHIVE -> new RecordingInput(layout, 0, "", null);
            case WAV -> new RecordingInput(layout, WavFolder.rate(place), "", null);
            case WFDB -> {
                WfdbHeader first = WfdbFolder.firstToTrainOn(place, options.trainList);
                yield new RecordingInput(layout, first.rate(), first.signals().getFirst().lead(), options.beats);
            }
        };
    }

    /** @throws DataFileException if the place holds none of the layouts, saying what each would be */
    public static Layout layout(Path place) {
        if (WfdbFolder.looksLikeOne(place)) {
            return Layout.WFDB;
        }
        if (Files.isRegularFile(place) || UcrArchive.find(place).isPresent()) {
            return Layout.ARCHIVE;
        }
        if (WavFolder.looksLikeOne(place)) {
            return Layout.WAV;
        }
        throw new DataFileException(place, (Files.exists(place) ? "" : "there is no such file or folder; ")
                + "expected NAME_TRAIN and NAME_TEST files of an archive, WAV recordings, or WFDB records with .hea files");
    }

    private static ClassificationData archive(Path place, Options options) {
        UcrArchive.Pair pair = UcrArchive.find(place).orElseThrow();
        Optional<Path> test = options.test == null ? pair.test() : Optional.of(options.test);
        if (test.isEmpty() && options.folds == 0) {
            throw new DataFileException(pair.train(),
                    "expected a test file: NAME_TEST beside NAME_TRAIN or one given by name; without one only a cross-validation is possible");
        }
        return UcrArchive.read(pair.train(), test.orElse(null));
    }
}
