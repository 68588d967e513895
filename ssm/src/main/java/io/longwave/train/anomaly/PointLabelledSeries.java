package io.longwave.train.anomaly;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One machine, server or curve: rows to learn from and labelled rows to judge by.
 *
 * @param name what its files are called
 * @param columns V names
 * @param train [N, V] row by row, unlabelled; read only
 * @param test [N', V]; read only
 * @param labels [N'], true where the row is anomalous; read only
 * @param interval between two rows, where the files have times
 * @param sha256 of the files in the order they were read, lower-case hexadecimal
 */
@SuppressWarnings("ArrayRecordComponent") // series are identified by their fingerprint, never compared
public record PointLabelledSeries(String name, List<String> columns, double[][] train, double[][] test, boolean[] labels,
        @Nullable Duration interval,
        String sha256) {
    public PointLabelledSeries {
        columns = List.copyOf(columns);
        if (test.length != labels.length) {
            throw new IllegalArgumentException(
                    name + ": expected a label for each of " + test.length + " test rows but was " + labels.length);
        }
        requireWidth(name, train, columns.size());
        requireWidth(name, test, columns.size());
    }

    private static void requireWidth(String name, double[][] rows, int width) {
        for (double[] row : rows) {
            if (row.length != width) {
                throw new IllegalArgumentException(name + ": expected " + width + " values in every row but was " + row.length);
            }
        }
    }

    public int variates() {
        return columns.size();
    }

    /** Runs of anomalous test rows. */
    public List<Segment> segments() {
        return Segment.of(labels);
    }
}
