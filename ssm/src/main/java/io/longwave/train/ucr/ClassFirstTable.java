package io.longwave.train.ucr;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.MissingValues;
import io.longwave.train.ucr.ArchiveFile.Case;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The table of the UCR archive: one case a line, the class first, then the values, parted by tabs, commas or blanks. NaN at the end of a line pads a shorter
 * case and is cut off; NaN before that is a missing value and filled as {@link MissingValues} says. Lines may differ in length. A first line that counts the columns, 0, 1, …, or has a word before 0, 1, … that is the class of no other line, is a header and left out.
 */
final class ClassFirstTable {

    private static final String BLANKS = "\\s+";

    private final Path path;
    private final List<String> lines;
    private final boolean labelled;

    /** @param labelled whether the first field must be a class; else it is left out, whatever it says */
    ClassFirstTable(Path path, List<String> lines, boolean labelled) {
        this.path = path;
        this.lines = lines;
        this.labelled = labelled;
    }

    ArchiveFile read() {
        List<Case> cases = new ArrayList<>();
        String separator = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            boolean first = separator.isEmpty();
            if (first) {
                separator = line.contains("\t") ? "\t" : line.contains(",") ? "," : BLANKS;
            }
            if (!separator.equals(BLANKS)) {
                line = lines.get(i).stripTrailing(); // what stands before the first tab or comma is a field, an empty one too
            }
            String[] fields = line.split(separator, -1);
            if (first && isHeader(fields, separator)) {
                continue;
            }
            cases.add(oneCase(fields, i + 1));
        }
        if (cases.isEmpty()) {
            throw new DataFileException(path, "expected cases after the header but there are none");
        }
        return new ArchiveFile(List.of(), 1, cases);
    }

    private boolean isHeader(String[] fields, String separator) {
        if (DataFile.counts(fields, 0)) {
            return true;
        }
        String word = fields[0].strip();
        // A case of a named class may have these values; then others are likely to be of its class.
        return DataFile.number(word).isEmpty() && DataFile.counts(fields, 1)
                && lines.stream().map(String::strip).filter(line -> line.split(separator, 2)[0].strip().equals(word)).count() == 1;
    }

    private Case oneCase(String[] fields, int line) {
        if (fields.length < 2) {
            throw new DataFileException(path, line,
                    "expected a class and values, parted by tabs, commas or blanks, but found " + fields.length + " field");
        }
        String label = labelled ? ArchiveFile.label(fields[0]) : "";
        if (labelled && (label.isEmpty() || label.equals("NaN") || label.equals("?"))) {
            throw new DataFileException(path, line, "expected a class in the first field but found '" + fields[0] + "'");
        }
        float[] values = new float[fields.length - 1];
        for (int l = 0; l < values.length; l++) {
            String field = fields[l + 1].strip();
            OptionalDouble number = field.equals("?") ? OptionalDouble.of(Double.NaN) : DataFile.number(field);
            if (number.isEmpty() || Float.isInfinite((float) number.getAsDouble())) {
                throw new DataFileException(path, line, "field " + (l + 2) + ": expected a number, NaN or '?' but found '" + field + "'");
            }
            values[l] = (float) number.getAsDouble();
        }
        int length = values.length;
        while (length > 0 && Float.isNaN(values[length - 1])) {
            length--;
        }
        if (length == 0) {
            throw new DataFileException(path, line, "expected at least one value but all " + values.length + " are missing");
        }
        float[] known = Arrays.copyOf(values, length);
        MissingValues.fill(known, length, 1);
        return new Case(known, length, label, line);
    }
}
