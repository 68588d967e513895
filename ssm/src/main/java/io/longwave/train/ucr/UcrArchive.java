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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A training and a test file of the archives as classification data; validation is left empty, to be cut from training. */
public final class UcrArchive {

    private static final String TRAIN = "_train";
    private static final String TEST = "_test";

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
        if (Files.isRegularFile(place)) {
            String stem = DataFile.stem(place);
            boolean training = stem.toLowerCase(Locale.ROOT).endsWith(TRAIN);
            return Optional.of(new Pair(place, training ? testBeside(place) : Optional.empty()));
        }
        Path folder = Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return Optional.empty();
        }
        String wanted = Files.isDirectory(place) ? "" : place.getFileName().toString() + TRAIN;
        List<Path> found = files(folder).stream().filter(file -> {
            String stem = DataFile.stem(file);
            return wanted.isEmpty() ? stem.toLowerCase(Locale.ROOT).endsWith(TRAIN) : stem.equalsIgnoreCase(wanted);
        }).toList();
        if (found.size() > 1) {
            throw new DataFileException(folder, "expected one data set but found several: " + found.stream().map(Path::getFileName).toList()
                    + "; name one, as in " + folder.resolve(found.getFirst().getFileName()));
        }
        return found.stream().findFirst().map(train -> new Pair(train, testBeside(train)));
    }

    private static Optional<Path> testBeside(Path train) {
        String stem = DataFile.stem(train);
        String wanted = stem.substring(0, stem.length() - TRAIN.length()) + TEST;
        Path folder = train.toAbsolutePath().getParent();
        return folder == null
                ? Optional.empty()
                : files(folder).stream().filter(file -> DataFile.stem(file).equalsIgnoreCase(wanted)).findFirst();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile).sorted(Comparator.comparing(Path::toString)).toList();
        } catch (IOException e) {
            throw new DataFileException(folder, "cannot be listed: " + e.getMessage());
        }
    }

    /**
     * Reads the two files, or one where {@code test} is null and the test part stays empty.
     *
     * @throws DataFileException if a file is none of the two formats or the files do not fit each other
     */
    public static ClassificationData read(Path train, @Nullable Path test) {
        DataFile.Fingerprint fingerprint = new DataFile.Fingerprint();
        ArchiveFile learning = ArchiveFile.read(fingerprint.add(DataFile.read(train)));
        ArchiveFile judging = test == null
                ? new ArchiveFile(List.of(), learning.channels(), List.of())
                : ArchiveFile.read(fingerprint.add(DataFile.read(test)));
        if (test != null && judging.channels() != learning.channels()) {
            throw new DataFileException(test,
                    "expected " + learning.channels() + " dimensions as in " + train + " but found " + judging.channels());
        }
        List<String> classes = classes(learning, judging);
        return new ClassificationData(classes, learning.channels(), sequences(learning, classes), List.of(), sequences(judging, classes),
                fingerprint.hex());
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
