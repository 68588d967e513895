package io.longwave.train.anomaly;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.MissingValues;
import io.longwave.train.SeriesCsv;
import io.longwave.train.SeriesTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * CSV files with a header, a time column and a column of labels 0 and 1: a training and a test file, or one file cut in two. Missing values are
 * filled as {@link MissingValues} says; a label may not be missing. Where nobody has labelled the rows, all of them are taken as normal.
 */
public final class LabelledCsv {

    private static final List<String> LABEL_NAMES = List.of("label", "is_anomaly", "anomaly");

    private LabelledCsv() {}

    /**
     * Which columns to read.
     *
     * @param time see {@link SeriesCsv.Selection}
     * @param labelled whether there is such a column; if not, every row is taken as normal
     * @param label null finds {@code label}, {@code is_anomaly} or {@code anomaly} in any case
     * @param targets columns to judge by; empty means every numeric one but time and label
     */
    public record Columns(@Nullable String time, ZoneId zone, boolean labelled, @Nullable String label, List<String> targets) {
        public Columns {
            targets = List.copyOf(targets);
        }

        public static Columns found() {
            return new Columns(null, ZoneOffset.UTC, true, null, List.of());
        }
    }

    /** A training and a test file with the same columns; labels of the training file are not looked at, and it needs none. */
    public static PointLabelledSeries read(Path train, Path test, Columns columns) {
        SeriesTable judging = SeriesCsv.read(test, selection(columns, List.of()));
        int label = label(test, judging, columns);
        List<String> names = names(judging, label, columns, test);
        SeriesTable learning = SeriesCsv.read(train, selection(columns, names));
        return new PointLabelledSeries(DataFile.stem(test), names, rows(learning, names), rows(judging, names),
                labels(test, judging, label, 0), interval(judging), learning.sha256() + judging.sha256());
    }

    /**
     * One file, its first rows for training.
     *
     * @param trainShare of the rows, above 0 and below 1
     */
    public static PointLabelledSeries read(Path file, double trainShare, Columns columns) {
        return cut(file, SeriesCsv.read(file, selection(columns, List.of())), trainShare, columns);
    }

    /**
     * What was read of one file, its first rows for training.
     *
     * @param trainShare of the rows, above 0 and below 1
     */
    public static PointLabelledSeries cut(Path file, SeriesTable table, double trainShare, Columns columns) {
        if (!(trainShare > 0 && trainShare < 1)) {
            throw new IllegalArgumentException("training share: expected above 0 and below 1 but was " + trainShare);
        }
        int label = label(file, table, columns);
        List<String> names = names(table, label, columns, file);
        int cut = (int) Math.round(trainShare * table.rows());
        if (cut < 1 || cut >= table.rows()) {
            throw new DataFileException(file, "expected rows for training and test but found " + table.rows());
        }
        double[][] rows = rows(table, names);
        return new PointLabelledSeries(DataFile.stem(file), names, Arrays.copyOf(rows, cut), Arrays.copyOfRange(rows, cut, rows.length),
                labels(file, table, label, cut), interval(table), table.sha256());
    }

    private static SeriesCsv.Selection selection(Columns columns, List<String> names) {
        return new SeriesCsv.Selection(columns.time, columns.zone, names);
    }

    /** -1 where there is none. */
    private static int label(Path file, SeriesTable table, Columns columns) {
        if (!columns.labelled) {
            return -1;
        }
        List<String> wanted = columns.label == null ? LABEL_NAMES : List.of(columns.label);
        for (String name : wanted) {
            for (int v = 0; v < table.columns().size(); v++) {
                if (table.columns().get(v).equalsIgnoreCase(name)) {
                    return v;
                }
            }
        }
        throw new DataFileException(file, 1, "expected a numeric label column named one of " + wanted + " but found " + table.columns());
    }

    private static List<String> names(SeriesTable table, int label, Columns columns, Path file) {
        List<String> others = IntStream.range(0, table.columns().size()).filter(v -> v != label).mapToObj(table.columns()::get).toList();
        List<String> names = columns.targets.isEmpty() ? others : columns.targets;
        if (names.isEmpty() || !others.containsAll(names)) {
            throw new DataFileException(file, 1,
                    "expected numeric columns " + (names.isEmpty() ? "" : names + " ") + "beside time and label but found "
                            + others);
        }
        return names;
    }

    private static double[][] rows(SeriesTable table, List<String> names) {
        int[] columns = names.stream().mapToInt(table.columns()::indexOf).toArray();
        double[][] values = table.filled().values();
        double[][] rows = new double[table.rows()][];
        for (int i = 0; i < rows.length; i++) {
            int row = i;
            rows[i] = Arrays.stream(columns).mapToDouble(column -> values[column][row]).toArray();
        }
        return rows;
    }

    private static boolean[] labels(Path file, SeriesTable table, int label, int from) {
        boolean[] labels = new boolean[table.rows() - from];
        for (int i = from; i < table.rows() && label >= 0; i++) {
            double value = table.values()[label][i];
            if (value != 0 && value != 1) {
                throw new DataFileException(file, line(file, i), "expected a label 0 or 1 but found "
                        + (Double.isNaN(value) ? "none" : value));
            }
            labels[i - from] = value == 1;
        }
        return labels;
    }

    /** Where a row stands in a file that was read without complaint: empty lines are no rows, and a quoted cell may hold several lines. */
    private static long line(Path file, int row) {
        try (CsvReader<CsvRecord> records = CsvReader.builder().allowMissingFields(true).allowExtraFields(true)
                .ofCsvRecord(DataFile.text(file))) {
            return records.stream().skip(1L + row).findFirst().orElseThrow().getStartingLineNumber();
        } catch (IOException e) {
            throw new DataFileException(file, "cannot be read: " + e.getMessage());
        }
    }

    private static @Nullable Duration interval(SeriesTable table) {
        Duration cadence = table.cadence();
        return cadence.isZero() ? null : cadence;
    }
}
