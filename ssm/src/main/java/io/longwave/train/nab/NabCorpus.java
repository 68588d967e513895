package io.longwave.train.nab;

import io.longwave.train.nab.NabScorer.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Series of a folder laid out as the benchmark's: {@code data/<category>/<file>.csv} with columns timestamp and value, and
 * {@code labels/combined_windows.json}.
 */
public record NabCorpus(List<LabelledSeries> series) {

    /**
     * One file.
     *
     * @param timeNanos since the epoch, times without zone taken as UTC, [n]; not always ascending
     * @param values [n]
     */
    public record LabelledSeries(String name, long[] timeNanos, double[] values, List<Window> windows) {}

    /**
     * Reads every file that is present; labels of absent files are ignored.
     *
     * @throws IOException if the folder has not this layout or a line is not a time and a number
     */
    public static NabCorpus read(Path folder) throws IOException {
        Path labels = folder.resolve("labels").resolve("combined_windows.json");
        if (!Files.isRegularFile(labels)) {
            throw new IOException("no " + labels + ": expected a folder with data/<category>/<file>.csv and labels/combined_windows.json");
        }
        JsonNode windows = JsonMapper.shared().readTree(labels.toFile());
        Path data = folder.resolve("data");
        List<Path> files;
        try (Stream<Path> found = Files.walk(data)) {
            files = found.filter(file -> file.toString().endsWith(".csv")).sorted(Comparator.comparing(Path::toString)).toList();
        }
        List<LabelledSeries> series = new ArrayList<>();
        for (Path file : files) {
            String name = data.relativize(file).toString().replace('\\', '/');
            series.add(read(name, file, windows.path(name)));
        }
        return new NabCorpus(series);
    }

    private static LabelledSeries read(String name, Path file, JsonNode labels) throws IOException {
        List<String> lines = Files.readAllLines(file);
        int rows = lines.size() - 1;
        long[] times = new long[rows];
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
            String line = lines.get(i + 1);
            int comma = line.indexOf(',');
            try {
                times[i] = nanos(line.substring(0, comma));
                values[i] = Double.parseDouble(line.substring(comma + 1));
            } catch (RuntimeException malformed) {
                throw new IOException(file + " line " + (i + 2) + ": expected 'yyyy-MM-dd HH:mm:ss,value' but was '" + line + "'",
                        malformed);
            }
        }
        List<Window> windows = new ArrayList<>();
        for (JsonNode label : labels) {
            long first = nanos(label.get(0).asString());
            long last = nanos(label.get(1).asString());
            int from = Integer.MAX_VALUE;
            int to = -1;
            for (int i = 0; i < rows; i++) {
                if (times[i] >= first && times[i] <= last) {
                    from = Math.min(from, i);
                    to = i;
                }
            }
            if (to < 0) {
                throw new IOException(file + ": no row in the labelled window " + label);
            }
            windows.add(new Window(from, to));
        }
        windows.sort(Comparator.comparingInt(Window::first));
        return new LabelledSeries(name, times, values, List.copyOf(windows));
    }

    private static long nanos(String text) {
        LocalDateTime time = LocalDateTime.parse(text.trim().replace(' ', 'T'));
        return time.toEpochSecond(ZoneOffset.UTC) * 1_000_000_000L + time.getNano();
    }
}
