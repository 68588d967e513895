package io.longwave.train.ucr;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.ucr.ArchiveFile.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A training and a test file of the archives as classification data; validation is left empty, to be cut from training. */
public final class UcrArchive {

    private static final String TRAIN = "_train";
    private static final String TEST = "_test";
    /** A training file with more classes, and fewer than two cases for each, is one whose first column is no class. */
    private static final int MANY_CLASSES = 20;

    private UcrArchive() {}

    /**
     * The two files of a data set.
     *
     * @param test absent where the archive part at hand has none
     */
    public record Pair(Path train, Optional<Path> test) {}

    /**
     * Finds the files of one data set. {@code place} is a folder with {@code NAME_TRAIN.*} and {@code NAME_TEST.*}, or a folder and the NAME of one of
     * several sets in it ({@code archive/ECG200}), or the training file itself. The case of TRAIN and TEST does not matter, {@code .gz} may follow.
     *
     * @return empty where there is nothing of this kind
     * @throws DataFileException if there are several sets, naming them
     */
    public static Optional<Pair> find(Path place) {
        List<Pair> pairs = findAll(place);
        if (pairs.size() > 1) {
            throw new DataFileException(place, "expected one data set but found several: "
                    + pairs.stream().map(pair -> pair.train.getFileName()).toList() + "; name one, as in " + pairs.getFirst().train);
        }
        return pairs.stream().findFirst();
    }

    /** As {@link #find}, every set of a folder, by name. */
    public static List<Pair> findAll(Path place) {
        if (Files.isRegularFile(place)) {
            return List.of(new Pair(place, isTraining(place) ? testBeside(place) : Optional.empty()));
        }
        Path folder = Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        String wanted = Files.isDirectory(place) ? "" : place.getFileName().toString() + TRAIN;
        Map<String, Path> found = new TreeMap<>();
        for (Path file : files(folder)) {
            if (isTraining(file) && (wanted.isEmpty() || DataFile.stem(file).equalsIgnoreCase(wanted))) {
                found.putIfAbsent(DataFile.stem(file).toLowerCase(Locale.ROOT), file);
            }
        }
        return found.values().stream().map(train -> new Pair(train, testBeside(train))).toList();
    }

    private static boolean isTraining(Path file) {
        return DataFile.stem(file).toLowerCase(Locale.ROOT).endsWith(TRAIN);
    }

    /** Of several forms of the test part the one whose name ends as that of the training file, where there is such a one. */
    private static Optional<Path> testBeside(Path train) {
        String stem = DataFile.stem(train);
        String wanted = stem.substring(0, stem.length() - TRAIN.length()) + TEST;
        Path folder = train.toAbsolutePath().getParent();
        List<Path> found = folder == null
                ? List.of()
                : files(folder).stream().filter(file -> DataFile.stem(file).equalsIgnoreCase(wanted)).toList();
        return found.stream().filter(file -> ending(file).equals(ending(train))).findFirst().or(() -> found.stream().findFirst());
    }

    /** Lower-case ending without the dot and without {@code .gz}. */
    private static String ending(Path file) {
        return DataFile.unpackedName(file).substring(DataFile.stem(file).length()).replace(".", "").toLowerCase(Locale.ROOT);
    }

    /** Archives come in several forms side by side; {@code .ts} says most, {@code .arff} is not read. */
    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile).filter(file -> !ending(file).equals("arff"))
                    .sorted(Comparator.comparing((Path file) -> !ending(file).equals("ts")).thenComparing(Path::toString)).toList();
        } catch (IOException e) {
            throw new DataFileException(folder, "cannot be listed: " + e.getMessage());
        }
    }

    /**
     * Reads the two files, or one where {@code test} is null and the test part stays empty.
     *
     * @throws DataFileException if a file is none of the two formats, nearly every case has a class of its own, or the files do not fit each other
     */
    public static ClassificationData read(Path train, @Nullable Path test) {
        DataFile.Fingerprint fingerprint = new DataFile.Fingerprint();
        ArchiveFile learning = ArchiveFile.read(fingerprint.add(DataFile.read(train)), true);
        requireClasses(train, learning);
        ArchiveFile judging = test == null
                ? new ArchiveFile(List.of(), learning.channels(), List.of())
                : ArchiveFile.read(fingerprint.add(DataFile.read(test)), true);
        if (test != null && judging.channels() != learning.channels()) {
            throw new DataFileException(test,
                    "expected " + learning.channels() + " dimensions as in " + train + " but found " + judging.channels());
        }
        List<String> classes = classes(learning, judging);
        return new ClassificationData(classes, learning.channels(), sequences(learning, classes), List.of(), sequences(judging, classes),
                fingerprint.hex());
    }

    private static void requireClasses(Path train, ArchiveFile file) {
        List<String> found = file.cases().stream().map(Case::label).distinct().toList();
        if (file.declared().isEmpty() && found.size() > MANY_CLASSES && 2 * found.size() > file.cases().size()) {
            throw new DataFileException(train,
                    "expected the class in the first column of a table (in .ts files in the last field) but found "
                            + found.size() + " classes in " + file.cases().size() + " cases: " + found.subList(0, 3)
                            + " and so on; move the column of the class to the front");
        }
    }

    /**
     * The cases of a file of either format that are to be classified; classes that it may have are left out.
     *
     * @throws DataFileException if it is none of the two formats
     */
    public static List<LabelledSequence> unlabelled(DataFile file) {
        return ArchiveFile.read(file, false).cases().stream().map(one -> LabelledSequence.unknown(one.values(), one.length())).toList();
    }

    /** In the order of the headers; those that no header names follow in ascending order, by number where all are numbers. */
    private static List<String> classes(ArchiveFile train, ArchiveFile test) {
        Set<String> classes = new LinkedHashSet<>(train.declared());
        classes.addAll(test.declared());
        List<String> others = Stream.concat(train.cases().stream(), test.cases().stream()).map(Case::label).distinct()
                .filter(label -> !classes.contains(label)).sorted().toList();
        if (others.stream().allMatch(label -> DataFile.number(label).isPresent())) {
            others = others.stream().sorted(Comparator.comparingDouble(label -> DataFile.number(label).orElseThrow())).toList();
        }
        classes.addAll(others);
        return new ArrayList<>(classes);
    }

    private static List<LabelledSequence> sequences(ArchiveFile file, List<String> classes) {
        return file.cases().stream().map(one -> new LabelledSequence(one.values(), one.length(), classes.indexOf(one.label()), ""))
                .toList();
    }
}
