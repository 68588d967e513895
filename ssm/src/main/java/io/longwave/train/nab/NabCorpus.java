package io.longwave.train.nab;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.DataFiles;
import io.longwave.train.TimeText;
import io.longwave.train.nab.NabScorer.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Series of a folder laid out as the benchmark's: {@code data/<category>/<file>.csv} with a header and columns timestamp and value, and
 * {@code labels/combined_windows.json}, for each file its windows {@code [first, last]}. Every file may be gzip, with or without {@code .gz} behind its name.
 */
public record NabCorpus(List<LabelledSeries> series) {

    private static final String WINDOWS = "combined_windows.json";
    private static final TimeText TIMES = new TimeText(ZoneOffset.UTC);

    /**
     * One file.
     *
     * @param timeNanos since the epoch, times without zone taken as UTC, [n]; not always ascending
     * @param values [n], finite
     */
    public record LabelledSeries(String name, long[] timeNanos, double[] values, List<Window> windows) {}

    /**
     * Reads every file; one that has no labels has no windows.
     *
     * @throws DataFileException if the folder has not this layout, a line is not a time and a finite number, or labels do not fit the files
     */
    public static NabCorpus read(Path folder) {
        Path inside = folder.resolve("labels");
        Path data = folder.resolve("data");
        if (!Files.isDirectory(inside) || !Files.isDirectory(data)) {
            throw new DataFileException(folder, "expected data/<category>/<file>.csv and labels/" + WINDOWS + " but there is no folder "
                    + (Files.isDirectory(inside) ? data : inside).getFileName());
        }
        DataFile labels = DataFiles.in(inside).open(WINDOWS);
        JsonNode windows = json(labels);
        Map<String, Path> files = files(data);
        requireFiles(labels.path(), windows, files);
        List<LabelledSeries> series = new ArrayList<>();
        files.forEach((name, file) -> series.add(read(name, DataFile.read(file), labels.path(), windows.path(name))));
        return new NabCorpus(series);
    }

    private static JsonNode json(DataFile labels) {
        JsonNode windows;
        try {
            windows = JsonMapper.shared().readTree(labels.bytes());
        } catch (JacksonException e) {
            String problem = e.getOriginalMessage().lines().findFirst().orElse("").replaceAll(" *\\(start marker at .*", "");
            TokenStreamLocation at = e.getLocation();
            throw new DataFileException(labels.path(), at == null ? 1 : Math.max(1, at.getLineNr()), "is no JSON: " + problem);
        }
        if (!windows.isObject()) {
            throw new DataFileException(labels.path(), "expected a JSON object with the windows of each file but found "
                    + (windows.isMissingNode() ? "nothing" : windows.getNodeType().toString().toLowerCase(Locale.ROOT)));
        }
        return windows;
    }

    /** By name below the folder, as labels have it. */
    private static Map<String, Path> files(Path data) {
        Map<String, Path> byName = new TreeMap<>();
        try (Stream<Path> found = Files.walk(data)) {
            for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
                Path unpacked = file.resolveSibling(DataFile.unpackedName(file));
                if (unpacked.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
                    Path other = byName.put(data.relativize(unpacked).toString().replace('\\', '/'), file);
                    if (other != null) {
                        throw new DataFileException(data, "expected one file of a name but found " + data.relativize(other) + " and "
                                + data.relativize(file));
                    }
                }
            }
        } catch (IOException e) {
            throw new DataFileException(data, "cannot be listed: " + e.getMessage());
        }
        return byName;
    }

    /** A part of a corpus may stand with the labels of the whole; but where files have no labels and labels no files, they are meant for each other. */
    private static void requireFiles(Path labels, JsonNode windows, Map<String, Path> files) {
        List<String> strange = windows.propertyNames().stream().filter(name -> !files.containsKey(name)).sorted().toList();
        List<String> bare = files.keySet().stream().filter(name -> !windows.has(name)).toList();
        if (!strange.isEmpty() && !bare.isEmpty()) {
            throw new DataFileException(labels,
                    "expected for each label a file below data, named as in <category>/<file>.csv, but there is none for "
                            + some(strange) + "; files without a label are " + some(bare));
        }
    }

    private static String some(List<String> names) {
        return names.size() <= 3 ? names.toString() : names.subList(0, 3) + " and " + (names.size() - 3) + " more";
    }

    private record Row(long timeNanos, double value) {}

    private static LabelledSeries read(String name, DataFile file, Path labels, JsonNode windows) {
        List<String> lines = file.lines();
        if (lines.isEmpty()) {
            throw new DataFileException(file.path(), "expected a header line but the file is empty");
        }
        if (row(lines.getFirst()).isPresent()) {
            throw new DataFileException(file.path(), 1, "expected a header such as 'timestamp,value' but found '" + lines.getFirst() + "'");
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank()) {
                int number = i + 1;
                rows.add(row(line).orElseThrow(() -> new DataFileException(file.path(), number,
                        "expected 'yyyy-MM-dd HH:mm:ss,value', the value a finite number, but found '" + line + "'")));
            }
        }
        if (rows.isEmpty()) {
            throw new DataFileException(file.path(), "expected rows after the header but there are none");
        }
        long[] times = rows.stream().mapToLong(Row::timeNanos).toArray();
        return new LabelledSeries(name, times, rows.stream().mapToDouble(Row::value).toArray(), windows(name, times, labels, windows));
    }

    private static Optional<Row> row(String line) {
        int comma = line.indexOf(',');
        OptionalLong time = comma < 0 ? OptionalLong.empty() : TIMES.nanos(line.substring(0, comma));
        OptionalDouble value = DataFile.number(line.substring(comma + 1));
        return time.isPresent() && value.isPresent() && Double.isFinite(value.getAsDouble())
                ? Optional.of(new Row(time.getAsLong(), value.getAsDouble()))
                : Optional.empty();
    }

    private static List<Window> windows(String name, long[] times, Path labels, JsonNode spans) {
        if (!spans.isArray() && !spans.isMissingNode()) {
            throw new DataFileException(labels, "windows of " + name + ": expected a list of [first, last] but found " + spans);
        }
        List<Window> windows = new ArrayList<>();
        for (JsonNode span : spans) {
            OptionalLong first = span.size() == 2 ? TIMES.nanos(span.path(0).asString("")) : OptionalLong.empty();
            OptionalLong last = span.size() == 2 ? TIMES.nanos(span.path(1).asString("")) : OptionalLong.empty();
            if (first.isEmpty() || last.isEmpty() || first.getAsLong() > last.getAsLong()) {
                throw new DataFileException(labels, "windows of " + name
                        + ": expected the times [\"yyyy-MM-dd HH:mm:ss\", \"yyyy-MM-dd HH:mm:ss\"] of the first and the last row but found "
                        + span
                        + (span.isString() ? "; single times, as combined_labels.json has them, are no windows" : ""));
            }
            int[] inside = IntStream.range(0, times.length).filter(i -> times[i] >= first.getAsLong() && times[i] <= last.getAsLong())
                    .toArray();
            if (inside.length == 0) {
                throw new DataFileException(labels,
                        "windows of " + name + ": expected a row of the file in every window but there is none in "
                                + span);
            }
            windows.add(new Window(inside[0], inside[inside.length - 1]));
        }
        windows.sort(Comparator.comparingInt(Window::first));
        return List.copyOf(windows);
    }
}
