package io.longwave.train.ucr;

import io.longwave.train.DataFile;
import io.longwave.train.DataFileException;
import java.util.List;

/**
 * Cases of one archive file.
 *
 * @param declared classes in the order the header names them; empty where it names none
 * @param channels V of every case
 */
record ArchiveFile(List<String> declared, int channels, List<Case> cases) {

    /**
     * @param values [L, V], row by row
     * @param label as written, but a whole number such as 1.0000000e+00 as 1; empty where it was not asked for
     * @param line in the file, from 1
     */
    @SuppressWarnings("ArrayRecordComponent") // cases are handed on, never compared
    record Case(float[] values, int length, String label, long line) {}

    /**
     * Reads either format: a line that starts with @ is a header, and only {@code .ts} files have one.
     *
     * @param labelled whether the class of every case is asked for
     */
    static ArchiveFile read(DataFile file, boolean labelled) {
        List<String> lines = file.lines();
        for (String line : lines) {
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                return text.startsWith("@")
                        ? new TsFile(file.path(), lines, labelled).read()
                        : new ClassFirstTable(file.path(), lines, labelled).read();
            }
        }
        throw new DataFileException(file.path(), "expected cases, one a line, but the file holds none");
    }

    /** Labels that are numbers are compared as numbers: 1, 1.0 and 1.0000000e+00 are one class. */
    static String label(String field) {
        String text = field.strip();
        double number = DataFile.number(text).orElse(Double.NaN);
        return number == Math.rint(number) && Math.abs(number) < 1e15 ? Long.toString((long) number) : text;
    }
}
