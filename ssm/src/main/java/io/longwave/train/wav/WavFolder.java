package io.longwave.train.wav;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.ValidationCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of WAV recordings as classification data.
 *
 * <p><b>Class.</b> Where the recordings lie in several folders, each folder is a class. Where all lie in one, names are
 * {@code <label>_<group>_<index>.wav}, the group being a speaker, say; further underscores belong to the group, unless the recordings together say that they are the label's. Recordings must agree in rate and channels: nothing is resampled.
 *
 * <p><b>Test part.</b> The first of these that applies: the groups asked for; folders {@code train} and {@code test} at the top (and {@code validation} where there is
 * one); names with an index: the test indices; else each class by a share. Rows come in the order of class, group, index, name.
 */
public final class WavFolder {

    private static final Pattern NAME = Pattern.compile("([^_]+)_(.+)_([0-9]{1,9})");
    private enum Part {
        TRAIN, VALIDATION, TEST
    }

    private static final Map<String, Part> PARTS = Map.of("train", Part.TRAIN, "training", Part.TRAIN, "test", Part.TEST, "testing",
            Part.TEST,
            "validation", Part.VALIDATION, "valid", Part.VALIDATION, "val", Part.VALIDATION, "dev", Part.VALIDATION);

    private WavFolder() {}

    /**
     * How the test part is told from training.
     *
     * @param firstTestIndex,lastTestIndex recordings with an index in between, both included, are the test part; 0 to 4 is the standard split of the Free Spoken Digit Dataset
     * @param testGroups groups that are the test part, whatever else applies; empty for none
     * @param testShare of each class where nothing else tells
     * @param seed of that share
     */
    public record TestRule(int firstTestIndex, int lastTestIndex, Set<String> testGroups, double testShare, long seed) {
        public TestRule {
            testGroups = Set.copyOf(testGroups);
            if (firstTestIndex < 0 || lastTestIndex < firstTestIndex) {
                throw new IllegalArgumentException(
                        "test indices: expected a range such as 0-4 but was " + firstTestIndex + "-" + lastTestIndex);
            }
        }

        /**
         * The rule with other test indices.
         *
         * @param range such as {@code 0-4} or {@code 7}
         */
        public TestRule withIndices(String range) {
            if (!range.matches("\\d{1,9}(-\\d{1,9})?")) {
                throw new IllegalArgumentException("test indices: expected a range such as 0-4 but was '" + range + "'");
            }
            String[] ends = range.split("-");
            return new TestRule(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]), testGroups, testShare, seed);
        }

        /** The rule with whole groups as the test part. */
        public TestRule withGroups(Set<String> groups) {
            return new TestRule(firstTestIndex, lastTestIndex, groups, testShare, seed);
        }

        /** Indices 0 to 4, a fifth of each class where there are no indices. */
        public static TestRule standard() {
            return new TestRule(0, 4, Set.of(), 0.2, 0);
        }
    }

    private record Recording(Path file, Optional<Part> part, String label, String group, int index) {}

    /** Whether there is a WAV file somewhere below, at most four folders deep. */
    public static boolean looksLikeOne(Path folder) {
        return Files.isDirectory(folder) && !files(folder).isEmpty();
    }

    /**
     * Reads every recording below the folder; validation stays empty unless there is a folder of that name.
     *
     * @throws DataFileException if a recording cannot be read, has no class, or differs in rate or channels from the others
     */
    public static ClassificationData read(Path folder, TestRule rule) {
        List<Recording> recordings = recordings(folder);
        List<String> classes = recordings.stream().map(Recording::label).distinct().toList();
        DataFile.Fingerprint fingerprint = new DataFile.Fingerprint();
        List<LabelledSequence> train = new ArrayList<>();
        List<LabelledSequence> validation = new ArrayList<>();
        List<LabelledSequence> test = new ArrayList<>();
        int channels = 0;
        int rate = 0;
        Path first = folder;
        boolean indexed = recordings.stream().allMatch(recording -> recording.index >= 0);
        checkGroups(folder, rule, recordings);
        for (Recording recording : recordings) {
            WavFile wav = WavFile.of(fingerprint.add(DataFile.read(recording.file)));
            if (channels == 0) {
                channels = wav.channels();
                rate = wav.rate();
                first = recording.file;
            } else if (wav.channels() != channels || wav.rate() != rate) {
                throw new DataFileException(recording.file,
                        "expected " + channels + " channels at " + rate + " Hz as in " + first.getFileName() + " but found "
                                + wav.channels() + " at " + wav.rate() + " Hz; bring all recordings to one rate first");
            }
            LabelledSequence sequence = new LabelledSequence(wav.samples(), wav.length(), classes.indexOf(recording.label),
                    recording.group);
            switch (part(recording, rule, indexed)) {
                case TRAIN -> train.add(sequence);
                case VALIDATION -> validation.add(sequence);
                case TEST -> test.add(sequence);
            }
        }
        ClassificationData data = new ClassificationData(classes, channels, train, validation, test, fingerprint.hex());
        boolean told = !rule.testGroups.isEmpty() || recordings.stream().anyMatch(recording -> recording.part.isPresent()) || indexed;
        if (told && (data.train().isEmpty() || data.test().isEmpty())) {
            throw new DataFileException(folder,
                    "expected recordings in both the training and the test part but found " + data.train().size() + " and "
                            + data.test().size() + "; name other test indices or groups");
        }
        return told ? data : ValidationCut.testByRow(data, rule.testShare, rule.seed);
    }

    /** Samples per second of the first recording below the folder, which the others must have. */
    public static int rate(Path folder) {
        return WavFile.of(DataFile.read(recordings(folder).getFirst().file)).rate();
    }

    private static void checkGroups(Path folder, TestRule rule, List<Recording> recordings) {
        Set<String> groups = recordings.stream().map(Recording::group).collect(Collectors.toCollection(TreeSet::new));
        if (!groups.containsAll(rule.testGroups)) {
            throw new DataFileException(folder, "expected the test groups among " + groups + " but was " + new TreeSet<>(rule.testGroups));
        }
    }

    private static Part part(Recording recording, TestRule rule, boolean indexed) {
        if (!rule.testGroups.isEmpty()) {
            return rule.testGroups.contains(recording.group) ? Part.TEST : Part.TRAIN;
        }
        if (recording.part.isPresent()) {
            return recording.part.get();
        }
        return indexed && recording.index >= rule.firstTestIndex && recording.index <= rule.lastTestIndex ? Part.TEST : Part.TRAIN;
    }

    private static List<Recording> recordings(Path folder) {
        List<Path> files = files(folder);
        if (files.isEmpty()) {
            throw new DataFileException(folder, "expected WAV files in it or in folders below but found none");
        }
        Path top = top(folder, files);
        boolean divided = files.stream().allMatch(file -> partOf(top, file).isPresent());
        Set<String> folders = files.stream().map(file -> folderOf(top, file, divided)).collect(Collectors.toCollection(TreeSet::new));
        List<Recording> recordings = new ArrayList<>();
        for (Path file : files) {
            Optional<Part> part = divided ? partOf(top, file) : Optional.empty();
            String inside = folderOf(top, file, divided);
            Matcher name = NAME.matcher(DataFile.stem(file));
            if (folders.size() > 1) {
                if (inside.isEmpty()) {
                    throw new DataFileException(file, "expected it in a folder named for its class, as others are: " + folders);
                }
                // In folders by class a name says nothing that could be relied on.
                recordings.add(new Recording(file, part, inside, "", -1));
            } else if (name.matches()) {
                recordings.add(new Recording(file, part, name.group(1), name.group(2), Integer.parseInt(name.group(3))));
            } else {
                throw new DataFileException(file, "expected a name <label>_<group>_<index>.wav, or folders named for the classes");
            }
        }
        if (folders.size() == 1) {
            requireLabelsWithoutUnderscores(recordings);
        }
        recordings.sort(Comparator.comparing(Recording::label).thenComparing(Recording::group).thenComparingInt(Recording::index)
                .thenComparing(recording -> recording.file.toString()));
        return recordings;
    }

    /**
     * Of {@code turn_on_ann_0} and {@code turn_off_ann_0} nothing but the other recordings tells whether "turn" is the word: speakers say all words, so the reading in which more of all pairs of label and
     * group are there is the right one.
     */
    private static void requireLabelsWithoutUnderscores(List<Recording> recordings) {
        double first = pairs(recordings, Recording::label, Recording::group);
        double last = pairs(recordings, recording -> recording.label + "_" + recording.group.replaceFirst("_?[^_]*$", ""),
                recording -> recording.group.replaceFirst(".*_", ""));
        if (last > first) {
            Path example = recordings.stream().filter(recording -> recording.group.contains("_")).findFirst().orElseThrow().file;
            throw new DataFileException(example,
                    "expected a name <label>_<group>_<index>.wav but its label seems to have underscores, too; put recordings into folders named for the classes");
        }
    }

    /** How many of all pairs of label and group there are. */
    private static double pairs(List<Recording> recordings, Function<Recording, String> label, Function<Recording, String> group) {
        long labels = recordings.stream().map(label).distinct().count();
        long groups = recordings.stream().map(group).distinct().count();
        return recordings.stream().map(recording -> List.of(label.apply(recording), group.apply(recording))).distinct().count()
                / ((double) labels * groups);
    }

    /** The deepest folder that holds every file, below the one given. */
    private static Path top(Path folder, List<Path> files) {
        Path top = folder;
        while (true) {
            Path at = top;
            Set<Path> next = files.stream().map(at::relativize).map(file -> file.getNameCount() < 2 ? file : file.getName(0))
                    .collect(Collectors.toSet());
            Path inner = at.resolve(next.iterator().next());
            if (next.size() > 1 || !Files.isDirectory(inner)) {
                return top;
            }
            top = inner;
        }
    }

    /** The part that the top folder of a file names. */
    private static Optional<Part> partOf(Path folder, Path file) {
        Path relative = folder.relativize(file);
        return relative.getNameCount() < 2
                ? Optional.empty()
                : Optional.ofNullable(PARTS.get(relative.getName(0).toString().toLowerCase(Locale.ROOT)));
    }

    /** Name of the folder a file lies in; empty where that is the top or, in divided data, the folder of the part. */
    private static String folderOf(Path folder, Path file, boolean divided) {
        Path relative = folder.relativize(file);
        int depth = relative.getNameCount();
        return depth < (divided ? 3 : 2) ? "" : relative.getName(depth - 2).toString();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> found = Files.walk(folder, 5)) {
            return found.filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(file -> DataFile.unpackedName(file).toLowerCase(Locale.ROOT).endsWith(".wav")).filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(Path::toString)).toList();
        } catch (IOException e) {
            throw new DataFileException(folder, "cannot be listed: " + e.getMessage());
        }
    }
}
