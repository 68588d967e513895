package io.longwave.train.smd;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of numbers in a text file, parted by commas, semicolons, tabs or blanks; the first row tells. A first row without any number names the columns,
 * and so does one of 0, 1, … to the number of columns less one, two or more; else they are called 1, 2, …. Empty lines and lines after # are left out.
 *
 * @param rows [N, V], finite
 * @param lines [N], where each row stands in the file
 */
record NumberRows(List<String> columns, double[][] rows, List<Integer> lines) {

    static NumberRows of(DataFile file) {
        List<String> text = file.lines();
        List<double[]> rows = new ArrayList<>();
        List<Integer> lines = new ArrayList<>();
        List<String> columns = List.of();
        String separator = "";
        for (int i = 0; i < text.size(); i++) {
            String line = text.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            boolean first = separator.isEmpty();
            if (first) {
                separator = line.contains(",") ? "," : line.contains(";") ? ";" : line.contains("\t") ? "\t" : "\\s+";
            }
            String[] fields = line.split(separator, -1);
            if (first) {
                List<String> names = names(fields);
                columns = names == null ? IntStream.rangeClosed(1, fields.length).mapToObj(Integer::toString).toList() : names;
                if (names != null) {
                    continue;
                }
            }
            if (fields.length != columns.size()) {
                throw new DataFileException(file.path(), i + 1, "expected " + columns.size() + " values but found " + fields.length);
            }
            rows.add(numbers(file, i + 1, fields));
            lines.add(i + 1);
        }
        if (rows.isEmpty()) {
            throw new DataFileException(file.path(), "expected rows of numbers but found none");
        }
        return new NumberRows(columns, rows.toArray(double[][]::new), lines);
    }

    /** Null where the fields are data. */
    private static @Nullable List<String> names(String[] fields) {
        List<String> names = Arrays.stream(fields).map(String::strip).toList();
        return names.stream().noneMatch(name -> DataFile.number(name).isPresent()) || DataFile.counts(fields, 0) ? names : null;
    }

    /** The rows without the first one, which turned out to name the one column. */
    NumberRows withoutFirst() {
        return new NumberRows(columns, Arrays.copyOfRange(rows, 1, rows.length), lines.subList(1, lines.size()));
    }

    private static double[] numbers(DataFile file, int line, String[] fields) {
        double[] row = new double[fields.length];
        for (int v = 0; v < row.length; v++) {
            OptionalDouble number = DataFile.number(fields[v]);
            if (number.isEmpty() || !Double.isFinite(number.getAsDouble())) {
                throw new DataFileException(file.path(), line,
                        "column " + (v + 1) + ": expected a finite number but found '" + fields[v].strip() + "'");
            }
            row[v] = number.getAsDouble();
        }
        return row;
    }
}
