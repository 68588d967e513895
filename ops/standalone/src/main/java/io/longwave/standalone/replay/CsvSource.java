package io.longwave.standalone.replay;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.longwave.standalone.command.CommandException;
import io.longwave.train.DataFile;
import io.longwave.train.TimeText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file with a header, one time column and numeric columns, plain or gzip (told by its first bytes). A file is read twice: once to learn
 * its columns, its number of rows and its span, once to send it. Rows that cannot be read are passed over and reported.
 */
final class CsvSource {

    private static final List<String> TIME_NAMES = List.of("date", "timestamp", "time", "datetime", "ts");

    /**
     * One readable row.
     *
     * @param values in the order of the fields, NaN where a cell is empty or bad
     * @param tags texts of the tag columns, in their order; empty where a cell is
     */
    record Row(long nanos, double[] values, List<String> tags) {}

    /**
     * What the first pass found.
     *
     * @param fields names of the numeric columns, in file order
     * @param ignored names of the columns that hold no number at all
     * @param rows readable ones
     * @param firstNanos smallest time
     * @param lastNanos largest time
     * @param repeated rows with the time of the row before, and the same tags
     */
    record Survey(List<String> fields, List<String> ignored, long rows, long firstNanos, long lastNanos, long repeated) {}

    /** Told about every row and cell that is not sent; line numbers count from 1. */
    interface Complaints {
        void badRow(long line, String what);

        void badCell(long line, String what);
    }

    private final Path file;
    private final TimeText times;
    private final char separator;
    private final List<String> header;
    private final int timeColumn;
    private final int[] tagColumns;

    private CsvSource(Path file, TimeText times, char separator, List<String> header, int timeColumn, int[] tagColumns) {
        this.file = file;
        this.times = times;
        this.separator = separator;
        this.header = header;
        this.timeColumn = timeColumn;
        this.tagColumns = tagColumns;
    }

    /**
     * Reads the header.
     *
     * @param timeName name of the time column, null to find it by the usual names
     * @param tagNames names of columns whose texts are tags
     * @throws CommandException if there is no such file, no header or no such column
     */
    static CsvSource open(Path file, @Nullable String timeName, List<String> tagNames, TimeText times) {
        if (!Files.isRegularFile(file)) {
            throw new CommandException("there is no file " + file + ".");
        }
        String line;
        try (BufferedReader reader = DataFile.text(file)) {
            line = reader.readLine();
        } catch (IOException e) {
            throw new CommandException(file + " cannot be read: " + e.getMessage(), e);
        }
        if (line == null || line.isBlank()) {
            throw new CommandException(file + ": expected a header line with column names, found nothing.");
        }
        char separator = line.indexOf(',') >= 0 ? ',' : line.indexOf(';') >= 0 ? ';' : line.indexOf('\t') >= 0 ? '\t' : ',';
        List<String> header;
        try (CsvReader<CsvRecord> reader = reader(file, separator)) {
            header = reader.iterator().next().getFields().stream().map(String::strip).toList();
        } catch (IOException | CsvParseException | UncheckedIOException e) {
            throw new CommandException(file + " is no CSV: " + e.getMessage(), e);
        }
        requireDistinct(file, header);
        return new CsvSource(file, times, separator, header, timeColumn(file, header, timeName), tagColumns(file, header, tagNames));
    }

    private static int[] tagColumns(Path file, List<String> header, List<String> names) {
        return names.stream().mapToInt(name -> {
            int index = header.indexOf(name);
            if (index < 0) {
                throw new CommandException(file + ": expected the tag column '" + name + "' but found " + header + ".");
            }
            return index;
        }).toArray();
    }

    private List<String> tags(CsvRecord record) {
        return Arrays.stream(tagColumns).mapToObj(column -> record.getField(column).strip()).toList();
    }

    private boolean isTag(int column) {
        return Arrays.stream(tagColumns).anyMatch(tag -> tag == column);
    }

    /** @throws CommandException if no row is readable or no column holds numbers */
    Survey survey() {
        boolean[] numeric = new boolean[header.size()];
        long[] seen = {0, Long.MAX_VALUE, Long.MIN_VALUE, 0};
        String[] firstBad = new String[1];
        Object[] before = new Object[2]; // time and tags
        records(record -> {
            OptionalLong nanos = time(record);
            if (nanos.isEmpty() || record.getFieldCount() != header.size()) {
                if (firstBad[0] == null) {
                    firstBad[0] = describe(record);
                }
                return;
            }
            List<String> tags = tags(record);
            seen[3] += nanos.equals(before[0]) && tags.equals(before[1]) ? 1 : 0;
            before[0] = nanos;
            before[1] = tags;
            seen[0]++;
            seen[1] = Math.min(seen[1], nanos.getAsLong());
            seen[2] = Math.max(seen[2], nanos.getAsLong());
            for (int i = 0; i < header.size(); i++) {
                numeric[i] |= i != timeColumn && !isTag(i) && number(record.getField(i)).isPresent();
            }
        });
        if (seen[0] == 0) {
            throw new CommandException(file + ": expected rows with a time in column '" + header.get(timeColumn) + "', found "
                    + (firstBad[0] == null ? "none after the header." : firstBad[0] + "."));
        }
        List<String> fields = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            if (numeric[i]) {
                fields.add(header.get(i));
            } else if (i != timeColumn && !isTag(i)) {
                ignored.add(header.get(i));
            }
        }
        if (fields.isEmpty()) {
            throw new CommandException(
                    file + ": expected numbers in at least one column beside '" + header.get(timeColumn) + "', found none in "
                            + header + ".");
        }
        return new Survey(List.copyOf(fields), List.copyOf(ignored), seen[0], seen[1], seen[2], seen[3]);
    }

    /** Reads every row in file order. */
    void rows(Survey survey, RowSink sink, Complaints complaints) {
        int[] columns = survey.fields().stream().mapToInt(header::indexOf).toArray();
        records(record -> {
            long line = record.getStartingLineNumber();
            OptionalLong nanos = time(record);
            if (nanos.isEmpty() || record.getFieldCount() != header.size()) {
                complaints.badRow(line, describe(record));
                return;
            }
            List<String> tags = tags(record);
            if (tags.stream().anyMatch(tag -> tag.endsWith("\\"))) {
                complaints.badRow(line, "expected tags without a backslash at their end, which would escape what follows, found " + tags);
                return;
            }
            double[] values = new double[columns.length];
            boolean any = false;
            for (int i = 0; i < columns.length; i++) {
                String cell = record.getField(columns[i]);
                OptionalDouble value = number(cell);
                values[i] = value.orElse(Double.NaN);
                any |= value.isPresent();
                if (value.isEmpty() && !cell.isBlank()) {
                    complaints.badCell(line, "column '" + header.get(columns[i]) + "': expected a finite number, found '" + cell + "'");
                }
            }
            if (any) {
                sink.row(new Row(nanos.getAsLong(), values, tags));
            } else {
                complaints.badRow(line, "no value in any numeric column");
            }
        });
    }

    /** Takes the rows one by one. */
    interface RowSink {
        void row(Row row);
    }

    private interface RecordSink {
        void take(CsvRecord record);
    }

    private void records(RecordSink sink) {
        try (CsvReader<CsvRecord> reader = reader(file, separator)) {
            Iterator<CsvRecord> records = reader.iterator();
            records.next(); // the header
            while (records.hasNext()) {
                CsvRecord record = records.next();
                boolean blank = record.getFieldCount() == 1 && record.getField(0).isBlank();
                if (!blank) {
                    sink.take(record);
                }
            }
        } catch (IOException | CsvParseException | UncheckedIOException e) {
            throw new CommandException(file + " cannot be read on: " + e.getMessage(), e);
        }
    }

    private OptionalLong time(CsvRecord record) {
        return timeColumn < record.getFieldCount() ? times.nanos(record.getField(timeColumn)) : OptionalLong.empty();
    }

    private String describe(CsvRecord record) {
        if (record.getFieldCount() != header.size()) {
            return "line " + record.getStartingLineNumber() + ": expected " + header.size() + " cells, found " + record.getFieldCount();
        }
        return "line " + record.getStartingLineNumber() + ": expected a time, found '" + record.getField(timeColumn) + "'";
    }

    /** A finite number as CSV files write it; {@link Double#parseDouble} alone would also take "1f", "0x1p3" and "NaN". */
    static OptionalDouble number(String cell) {
        String text = cell.strip();
        if (text.isEmpty() || !text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
            return OptionalDouble.empty();
        }
        double value = Double.parseDouble(text);
        return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    private static int timeColumn(Path file, List<String> header, @Nullable String wanted) {
        if (wanted != null) {
            int index = header.indexOf(wanted);
            if (index < 0) {
                throw new CommandException(file + ": expected the time column '" + wanted + "', found the columns " + header + ".");
            }
            return index;
        }
        for (String name : TIME_NAMES) {
            for (int i = 0; i < header.size(); i++) {
                if (header.get(i).toLowerCase(Locale.ROOT).equals(name)) {
                    return i;
                }
            }
        }
        throw new CommandException(file + ": expected a time column named one of " + TIME_NAMES + ", found the columns " + header
                + ": name it with --time-column.");
    }

    private static void requireDistinct(Path file, List<String> header) {
        Set<String> seen = new HashSet<>();
        for (String name : header) {
            if (name.isEmpty()) {
                throw new CommandException(file + ": expected a name for every column, found an empty one in " + header + ".");
            }
            if (!seen.add(name)) {
                throw new CommandException(file + ": expected different column names, found '" + name + "' twice.");
            }
        }
    }

    private static CsvReader<CsvRecord> reader(Path file, char separator) throws IOException {
        return CsvReader.builder().fieldSeparator(separator).allowExtraFields(true).allowMissingFields(true)
                .ofCsvRecord(DataFile.text(file));
    }
}
