package io.longwave.train.ucr;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import io.longwave.train.MissingValues;
import io.longwave.train.ucr.ArchiveFile.Case;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The {@code .ts} format of the UEA archive: remarks after {@code #}, header lines after {@code @}, and after {@code @data} one case a line, dimensions parted
 * by {@code :}, values by {@code ,}, the class last where the header says that there are classes. Cases may differ in length; the dimensions of one case may not. A missing value is {@code ?} or NaN and
 * is filled as {@link MissingValues} says.
 */
final class TsFile {

    private final Path path;
    private final List<String> lines;
    private final boolean labelled;
    private final Map<String, String> header = new HashMap<>();
    private final List<String> declared = new ArrayList<>();
    private int dimensions;

    /** @param labelled whether every case must have a class */
    TsFile(Path path, List<String> lines, boolean labelled) {
        this.path = path;
        this.lines = lines;
        this.labelled = labelled;
    }

    ArchiveFile read() {
        int first = header();
        List<Case> cases = new ArrayList<>();
        for (int i = first; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                cases.add(oneCase(line, i + 1));
            }
        }
        if (cases.isEmpty()) {
            throw new DataFileException(path, "expected cases after @data but there are none");
        }
        return new ArchiveFile(declared, dimensions, cases);
    }

    /** Reads to {@code @data} and returns the index of the line after it. */
    private int header() {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (!line.startsWith("@")) {
                throw new DataFileException(path, i + 1,
                        "expected a header line that starts with @, or @data, but found '" + shortened(line) + "'");
            }
            String[] words = line.substring(1).strip().split("[\\s,]+");
            String key = words[0].toLowerCase(Locale.ROOT);
            if (key.equals("data")) {
                checkHeader(i + 1);
                return i + 1;
            }
            header.put(key, words.length > 1 ? words[1] : "");
            if (key.equals("classlabel")) {
                Arrays.stream(words).skip(2).map(ArchiveFile::label).forEach(declared::add);
            }
        }
        throw new DataFileException(path, "expected a line '@data' but the file ends without one");
    }

    private void checkHeader(int line) {
        if (flag("timestamps", line, false)) {
            throw new DataFileException(path, line, "expected values at equal distances, '@timeStamps false', but the header says true");
        }
        if (labelled && (flag("targetlabel", line, false) || !hasClasses(line))) {
            throw new DataFileException(path, line,
                    "expected classes, '@classLabel true' and their names, but the header says there are none");
        }
        boolean univariate = flag("univariate", line, false);
        int named = Math.max(count("dimensions", line), count("dimension", line));
        if (univariate && named > 1) {
            throw new DataFileException(path, line, "the header says both '@univariate true' and " + named + " dimensions");
        }
        dimensions = univariate ? 1 : named;
    }

    private boolean hasClasses(int line) {
        return flag("classlabel", line, true);
    }

    private boolean flag(String key, int line, boolean otherwise) {
        String value = header.get(key);
        if (value == null) {
            return otherwise;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new DataFileException(path, line, "header @" + key + ": expected true or false but found '" + value + "'");
        };
    }

    /** 0 where the header says nothing. */
    private int count(String key, int line) {
        String value = header.get(key);
        if (value == null) {
            return 0;
        }
        if (!value.matches("[1-9][0-9]{0,8}")) {
            throw new DataFileException(path, line, "header @" + key + ": expected a whole number above 0 but found '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    private Case oneCase(String text, int line) {
        String[] parts = text.split(":", -1);
        // A target stands where a class would, and says as little to whoever asks for neither.
        boolean last = hasClasses(line) || flag("targetlabel", line, false);
        int found = last ? parts.length - 1 : parts.length;
        if (found < 1) {
            throw new DataFileException(path, line, "expected values and ':' before the class but found '" + shortened(text) + "'");
        }
        if (dimensions == 0) {
            dimensions = found; // the first case says it where the header does not
        }
        if (found != dimensions) {
            throw new DataFileException(path, line, "expected " + dimensions + " dimensions parted by ':'" + (last ? " and a class" : "")
                    + " but found " + found);
        }
        int length = 0;
        float[] values = {};
        for (int v = 0; v < dimensions; v++) {
            String[] fields = parts[v].split(",", -1);
            if (v == 0) {
                length = fields.length;
                values = new float[length * dimensions];
            } else if (fields.length != length) {
                throw new DataFileException(path, line,
                        "dimension " + (v + 1) + ": expected " + length + " values as in the first dimension but found " + fields.length);
            }
            for (int l = 0; l < length; l++) {
                values[l * dimensions + v] = value(fields[l], line, v, l);
            }
        }
        if (flag("equallength", line, false) && header.containsKey("serieslength") && count("serieslength", line) != length) {
            throw new DataFileException(path, line,
                    "expected " + header.get("serieslength") + " values, as @seriesLength says, but found " + length);
        }
        MissingValues.fill(values, length, dimensions);
        return new Case(values, length, labelled ? className(parts[dimensions], line) : "", line);
    }

    private String className(String field, int line) {
        String name = ArchiveFile.label(field);
        if (name.isEmpty() || !declared.isEmpty() && !declared.contains(name)) {
            throw new DataFileException(path, line, "expected one of the classes " + (declared.isEmpty() ? "" : declared + " ")
                    + "in the last field but found '" + field.strip() + "'");
        }
        return name;
    }

    private float value(String field, int line, int dimension, int step) {
        String text = field.strip();
        if (text.equals("?")) {
            return Float.NaN;
        }
        OptionalDouble number = DataFile.number(text);
        if (number.isEmpty() || Float.isInfinite((float) number.getAsDouble())) {
            throw new DataFileException(path, line, "dimension " + (dimension + 1) + ", value " + (step + 1)
                    + ": expected a number or '?' but found '" + shortened(text) + "'");
        }
        return (float) number.getAsDouble();
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 37) + "...";
    }
}
