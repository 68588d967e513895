package io.longwave.train;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads series from CSV, plain or gzip, whatever the file is called: the first two bytes tell gzip, the header tells the columns. One column holds
 * the time, the others numbers. An empty cell and NaN, NA or null is a missing value; values such as -9999 are taken as the file has them.
 */
public final class SeriesCsv {

    private static final Set<String> TIME_NAMES = new LinkedHashSet<>(List.of("date", "timestamp", "time"));
    private static final Set<String> MISSING = Set.of("", "nan", "-nan", "na", "n/a", "#n/a", "<na>", "none", "null");

    private static final long MOST_BACK = 3_600_000_000_000L;
    private static final long HALF_A_YEAR = 182 * 24 * MOST_BACK;

    private SeriesCsv() {}

    /**
     * Which columns to read and how to read times.
     *
     * @param timeColumn name of the time column; null finds it: {@code date}, {@code timestamp} or {@code time} in any case, else the first column
     *        whose first value reads as a date
     * @param zone of times without one
     * @param targets columns to read, in this order; empty means every column whose first value that is not missing is a number
     */
    public record Selection(@Nullable String timeColumn, ZoneId zone, List<String> targets) {
        public Selection {
            targets = List.copyOf(targets);
        }

        /** One or more named columns, times in UTC. */
        public static Selection of(String... targets) {
            return new Selection(null, ZoneOffset.UTC, List.of(targets));
        }

        /** Every numeric column, times in UTC. */
        public static Selection all() {
            return of();
        }
    }

    /** @throws DataFileException if the file is absent or its content is not what the selection asks for */
    public static SeriesTable read(Path file, Selection selection) {
        if (!Files.isRegularFile(file)) {
            throw new DataFileException(file, "expected a CSV file but there is none");
        }
        MessageDigest digest = DataFile.sha256();
        try (InputStream unpacked = new DigestInputStream(DataFile.open(file), digest);
                CsvReader<CsvRecord> records = CsvReader.builder().allowMissingFields(true).allowExtraFields(true)
                        .ofCsvRecord(DataFile.text(unpacked))) {
            return new Reading(file, selection).read(records.iterator(), digest);
        } catch (CsvParseException e) {
            throw new DataFileException(file, "is no CSV: " + e.getMessage());
        } catch (UncheckedIOException | IOException e) {
            throw new DataFileException(file, "cannot be read: " + e.getMessage());
        }
    }

    /** One pass over one file. */
    private static final class Reading {
        private final Path file;
        private final Selection selection;
        private final TimeText times;
        private long[] nanos = new long[1024];
        private int latest;
        private int doubled;
        private int backs;
        private double[][] values = {};
        /** Of each column that is read, whether a number was seen in it, and whether it turned out to be none of numbers. */
        private boolean[] numeric = {};
        private boolean[] dropped = {};
        private int rows;

        Reading(Path file, Selection selection) {
            this.file = file;
            this.selection = selection;
            this.times = new TimeText(selection.zone());
        }

        SeriesTable read(Iterator<CsvRecord> records, MessageDigest digest) {
            if (!records.hasNext()) {
                throw new DataFileException(file, "expected a header line but the file is empty");
            }
            List<String> header = records.next().getFields().stream().map(String::strip).toList();
            if (!records.hasNext()) {
                throw new DataFileException(file, "expected rows after the header but there are none");
            }
            CsvRecord first = records.next();
            int time = timeColumn(header, first);
            int[] chosen = chosenColumns(header, first, time);
            values = new double[chosen.length][1024];
            numeric = new boolean[chosen.length];
            dropped = new boolean[chosen.length];
            add(first, header, time, chosen);
            while (records.hasNext()) {
                add(records.next(), header, time, chosen);
            }
            if (4 * doubled > rows) {
                throw new DataFileException(file, "expected one row for a time but " + doubled + " of " + rows
                        + " rows have the time of the row before; give each series a file or a column of its own");
            }
            if (backs > 1 + (nanos[latest] - nanos[0]) / HALF_A_YEAR) {
                throw new DataFileException(file, "expected times in ascending order, but " + backs
                        + " rows go back; sort the rows, and give each series a file or a column of its own");
            }
            int[] kept = IntStream.range(0, chosen.length).filter(v -> kept(v, header.get(chosen[v]))).toArray();
            if (kept.length == 0) {
                throw new DataFileException(file, "expected at least one column of numbers but found none in " + header);
            }
            List<String> names = Arrays.stream(kept).mapToObj(v -> header.get(chosen[v])).toList();
            double[][] trimmed = Arrays.stream(kept).mapToObj(v -> Arrays.copyOf(values[v], rows)).toArray(double[][]::new);
            List<String> others = new ArrayList<>(header);
            others.remove(time);
            return new SeriesTable(others, names, Arrays.copyOf(nanos, rows), trimmed, HexFormat.of().formatHex(digest.digest()));
        }

        private boolean kept(int v, String name) {
            if (!numeric[v] && !selection.targets().isEmpty()) {
                throw new DataFileException(file, "column '" + name + "': expected numbers but every cell is empty");
            }
            return numeric[v] && !dropped[v];
        }

        private int timeColumn(List<String> header, CsvRecord first) {
            if (selection.timeColumn() != null) {
                int index = header.indexOf(selection.timeColumn());
                if (index < 0) {
                    throw new DataFileException(file, 1, "expected the time column '" + selection.timeColumn() + "' but found " + header);
                }
                return index;
            }
            for (String name : TIME_NAMES) {
                for (int i = 0; i < header.size(); i++) {
                    if (header.get(i).equalsIgnoreCase(name)) {
                        return i;
                    }
                }
            }
            for (int i = 0; i < first.getFieldCount() && i < header.size(); i++) {
                if (DataFile.number(first.getField(i)).isEmpty() && times.nanos(first.getField(i)).isPresent()) {
                    return i;
                }
            }
            throw new DataFileException(file, 1, "expected a time column named one of " + TIME_NAMES
                    + " or one that holds dates but found " + header + "; name it with --time-column");
        }

        private int[] chosenColumns(List<String> header, CsvRecord first, int time) {
            if (selection.targets().isEmpty()) {
                List<Integer> candidates = new ArrayList<>();
                for (int i = 0; i < header.size(); i++) {
                    if (i != time && i < first.getFieldCount()
                            && (isMissing(first.getField(i)) || DataFile.number(first.getField(i)).isPresent())) {
                        candidates.add(i);
                    }
                }
                if (candidates.isEmpty()) {
                    throw new DataFileException(file, 2, "expected at least one numeric column but found " + first.getFields());
                }
                return candidates.stream().mapToInt(Integer::intValue).toArray();
            }
            return selection.targets().stream().mapToInt(target -> {
                int index = header.indexOf(target);
                if (index < 0) {
                    throw new DataFileException(file, 1, "expected a column '" + target + "' but found " + header);
                }
                if (index == time) {
                    throw new DataFileException(file, 1, "the target '" + target + "' is the time column");
                }
                if (header.lastIndexOf(target) != index) {
                    throw new DataFileException(file, 1, "expected one column '" + target + "' but found several in " + header);
                }
                return index;
            }).toArray();
        }

        private void add(CsvRecord record, List<String> header, int time, int[] chosen) {
            if (rows == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * rows);
                for (int v = 0; v < values.length; v++) {
                    values[v] = Arrays.copyOf(values[v], 2 * rows);
                }
            }
            long line = record.getStartingLineNumber();
            if (record.getFieldCount() != header.size()) {
                throw new DataFileException(file, line, "expected " + header.size() + " fields but found " + record.getFieldCount());
            }
            String text = record.getField(time);
            nanos[rows] = times.nanos(text).orElseThrow(() -> new DataFileException(file, line,
                    "column '" + header.get(time) + "': expected a time but found '" + text + "'"));
            requireLater(line, text);
            for (int v = 0; v < chosen.length; v++) {
                values[v][rows] = dropped[v] ? Double.NaN : value(record.getField(chosen[v]), v, line, header.get(chosen[v]));
            }
            rows++;
        }

        /** The hour that the end of summer time doubles is in a file of local times twice; what goes back further is in another order, or of another series. */
        private void requireLater(long line, String text) {
            if (nanos[rows] < nanos[latest] - MOST_BACK) {
                throw new DataFileException(file, line,
                        "expected times in ascending order but found '" + text + "' behind " + Instant.EPOCH.plusNanos(nanos[latest])
                                + "; sort the rows, and give each series a file or a column of its own");
            }
            backs += rows > 0 && nanos[rows] < nanos[rows - 1] ? 1 : 0;
            doubled += rows > 0 && nanos[rows] == nanos[rows - 1] ? 1 : 0;
            latest = nanos[rows] >= nanos[latest] ? rows : latest;
        }

        private double value(String cell, int v, long line, String column) {
            if (isMissing(cell)) {
                return Double.NaN;
            }
            OptionalDouble value = DataFile.number(cell);
            if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
                numeric[v] = true;
                return value.getAsDouble();
            }
            if (value.isEmpty() && !numeric[v] && selection.targets().isEmpty()) {
                dropped[v] = true; // its first cells were missing, and it is no column of numbers after all
                return Double.NaN;
            }
            throw new DataFileException(file, line, "column '" + column + "': expected a finite number but found '" + cell + "'");
        }
    }

    private static boolean isMissing(String cell) {
        return MISSING.contains(cell.strip().toLowerCase(Locale.ROOT));
    }
}
