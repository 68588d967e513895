package io.longwave.train.smd;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.anomaly.PointLabelledSeries;
import io.longwave.train.anomaly.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of machines. Files belong to one machine when they have one name but for {@code .gz} and one extension, so {@code train/a.csv.gz} and
 * {@code test_label/a.txt} go together. Value files hold a row a line without a header (one that names or counts the columns is taken), label files 0 or 1 a line, perhaps with a header.
 */
public final class MachineFolder {

    private static final Pattern SPAN = Pattern.compile("(\\d{1,9})-(\\d{1,9}):(\\d{1,6}(?:,\\d{1,6})*)");

    private final Map<String, Path> train;
    private final Map<String, Path> test;
    private final Map<String, Path> labels;
    private final Map<String, Path> interpretations;

    private MachineFolder(Map<String, Path> train, Map<String, Path> test, Map<String, Path> labels, Map<String, Path> interpretations) {
        this.train = train;
        this.test = test;
        this.labels = labels;
        this.interpretations = interpretations;
    }

    /**
     * Which columns an anomaly shows in.
     *
     * @param rows of the test part
     * @param columns from 0
     */
    public record Interpretation(Segment rows, List<Integer> columns) {
        public Interpretation {
            columns = List.copyOf(columns);
        }
    }

    /** Whether the folder has the three folders that this layout must have. */
    public static boolean looksLikeOne(Path folder) {
        return Stream.of("train", "test", "test_label").allMatch(name -> Files.isDirectory(folder.resolve(name)));
    }

    /**
     * Lists the machines; no file is read yet.
     *
     * @throws DataFileException if a folder is absent or a machine has no file in one of them
     */
    public static MachineFolder open(Path folder) {
        MachineFolder machines = new MachineFolder(files(folder, "train"), files(folder, "test"), files(folder, "test_label"),
                Files.isDirectory(folder.resolve("interpretation_label")) ? files(folder, "interpretation_label") : Map.of());
        if (machines.train.isEmpty()) {
            throw new DataFileException(folder.resolve("train"), "expected a file for each machine but found none");
        }
        for (String name : machines.train.keySet()) {
            if (!machines.test.containsKey(name) || !machines.labels.containsKey(name)) {
                throw new DataFileException(folder, "expected files of machine " + name + " in test and test_label too but found "
                        + machines.test.keySet() + " and " + machines.labels.keySet());
            }
        }
        return machines;
    }

    private static Map<String, Path> files(Path folder, String part) {
        Path inside = folder.resolve(part);
        if (!Files.isDirectory(inside)) {
            throw new DataFileException(folder, "expected folders train, test and test_label but there is no " + part);
        }
        try (Stream<Path> all = Files.list(inside)) {
            Map<String, Path> byName = new TreeMap<>(Comparator.comparing(MachineFolder::sortKey).thenComparing(Comparator.naturalOrder()));
            for (Path file : all.filter(Files::isRegularFile).filter(file -> !file.getFileName().toString().startsWith(".")).sorted()
                    .toList()) {
                Path other = byName.put(DataFile.stem(file), file);
                if (other != null) {
                    throw new DataFileException(inside,
                            "expected one file a machine but found " + other.getFileName() + " and " + file.getFileName());
                }
            }
            return byName;
        } catch (IOException e) {
            throw new DataFileException(inside, "cannot be listed: " + e.getMessage());
        }
    }

    /** Numbers in names sort as numbers: omi-2 before omi-10. */
    private static String sortKey(String name) {
        return Pattern.compile("\\d+").matcher(name)
                .replaceAll(digits -> "0".repeat(Math.max(0, 12 - digits.group().length())) + digits.group());
    }

    /** Names of the machines, numbers in them in ascending order. */
    public List<String> names() {
        return List.copyOf(train.keySet());
    }

    /**
     * Reads one machine.
     *
     * @throws DataFileException if it is unknown, a line is not as expected, or training, test and labels do not fit each other
     */
    public PointLabelledSeries read(String name) {
        DataFile.Fingerprint fingerprint = new DataFile.Fingerprint();
        NumberRows learning = NumberRows.of(fingerprint.add(DataFile.read(file(train, name))));
        NumberRows judging = NumberRows.of(fingerprint.add(DataFile.read(file(test, name))));
        if (judging.columns().size() != learning.columns().size()) {
            throw new DataFileException(file(test, name), "expected " + learning.columns().size() + " columns as in " + file(train, name)
                    + " but found " + judging.columns().size());
        }
        boolean[] anomalous = labels(fingerprint.add(DataFile.read(file(labels, name))), judging.rows().length);
        if (anomalous.length != judging.rows().length) {
            throw new DataFileException(file(labels, name),
                    "expected " + judging.rows().length + " labels, one for each row of " + file(test, name)
                            + ", but found " + anomalous.length);
        }
        return new PointLabelledSeries(name, learning.columns(), learning.rows(), judging.rows(), anomalous, null, fingerprint.hex());
    }

    private static Path file(Map<String, Path> files, String name) {
        Path file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException("expected one of the machines " + files.keySet() + " but was '" + name + "'");
        }
        return file;
    }

    /** @param count of the test rows; one label more, the first of which is 0, is what pandas writes with the name of an unnamed column above */
    private static boolean[] labels(DataFile file, int count) {
        NumberRows rows = NumberRows.of(file);
        if (rows.columns().size() != 1) {
            throw new DataFileException(file.path(), "expected one label a line but found " + rows.columns().size() + " columns");
        }
        if (rows.rows().length == count + 1 && rows.rows()[0][0] == 0) {
            rows = rows.withoutFirst();
        }
        boolean[] labels = new boolean[rows.rows().length];
        for (int i = 0; i < labels.length; i++) {
            double label = rows.rows()[i][0];
            if (label != 0 && label != 1) {
                throw new DataFileException(file.path(), rows.lines().get(i), "expected a label 0 or 1 but found " + label);
            }
            labels[i] = label == 1;
        }
        return labels;
    }

    /**
     * Which columns each anomaly of a machine shows in, lines {@code first-last:columns} with columns from 1; empty where there is no such file.
     *
     * <p>Some sets mean the row after the last, some the last row itself. The labels tell: the reading that differs from them in fewer rows
     * is taken for the whole file, the row after the last where both fit alike.
     */
    public Optional<List<Interpretation>> interpretations(PointLabelledSeries machine) {
        Path path = interpretations.get(machine.name());
        if (path == null) {
            return Optional.empty();
        }
        List<Interpretation> exclusive = spans(DataFile.read(path), machine, 0);
        List<Interpretation> inclusive = spans(DataFile.read(path), machine, 1);
        return Optional.of(misfit(inclusive, machine.labels()) < misfit(exclusive, machine.labels()) ? inclusive : exclusive);
    }

    private static List<Interpretation> spans(DataFile file, PointLabelledSeries machine, int more) {
        List<Interpretation> spans = new ArrayList<>();
        List<String> lines = file.lines();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher span = SPAN.matcher(line);
            if (!span.matches()) {
                throw new DataFileException(file.path(), i + 1,
                        "expected first-last:columns such as 246-252:1,2,9 but found '" + line + "'");
            }
            int first = Integer.parseInt(span.group(1));
            int end = Math.max(first + 1, Integer.parseInt(span.group(2)) + more);
            List<Integer> columns = Arrays.stream(span.group(3).split(",")).map(column -> Integer.parseInt(column) - 1).toList();
            if (end > machine.labels().length + more || columns.stream().anyMatch(column -> column < 0 || column >= machine.variates())) {
                throw new DataFileException(file.path(), i + 1, "expected rows below " + machine.labels().length + " and columns 1 to "
                        + machine.variates() + " but found '" + line + "'");
            }
            spans.add(new Interpretation(new Segment(first, Math.min(end, machine.labels().length)), columns));
        }
        return spans;
    }

    /** Rows covered that are not labelled, and labelled rows not covered. */
    private static int misfit(List<Interpretation> spans, boolean[] labels) {
        boolean[] covered = new boolean[labels.length];
        for (Interpretation span : spans) {
            Arrays.fill(covered, span.rows().first(), span.rows().end(), true);
        }
        int misfit = 0;
        for (int i = 0; i < labels.length; i++) {
            misfit += covered[i] != labels[i] ? 1 : 0;
        }
        return misfit;
    }
}
