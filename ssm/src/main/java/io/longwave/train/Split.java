package io.longwave.train;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Rows of a table for training, validation and test, in this order from its first row on; rows after them stay unused.
 *
 * @param train rows for training, also those the scaler is fitted on
 * @param validation rows after them, for choosing
 * @param test rows after those, for the result only
 */
public record Split(int train, int validation, int test) {

    private static final Set<String> ETT_COLUMNS = Set.of("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT");

    public Split {
        if (train < 1 || validation < 1 || test < 1) {
            throw new IllegalArgumentException(
                    "expected at least one row for training, validation and test but was " + train + ", " + validation + ", " + test);
        }
    }

    public int rows() {
        return Math.addExact(Math.addExact(train, validation), test);
    }

    /**
     * The split that published results use: 12, 4 and 4 months of 30 days where the columns and the cadence are those of the ETT sets, else 70 % for
     * training, 20 % for test, both rounded down, and what lies between for validation.
     *
     */
    public static Split conventional(SeriesTable table) {
        List<String> header = table.header();
        int rows = table.rows();
        Duration cadence = table.cadence();
        if (ETT_COLUMNS.size() == header.size() && ETT_COLUMNS.containsAll(header)) {
            int perHour = cadence.equals(Duration.ofHours(1)) ? 1 : cadence.equals(Duration.ofMinutes(15)) ? 4 : 0;
            if (perHour > 0 && rows >= 20 * 30 * 24 * perHour) {
                return new Split(12 * 30 * 24 * perHour, 4 * 30 * 24 * perHour, 4 * 30 * 24 * perHour);
            }
        }
        int train = (int) (rows * 0.7);
        int test = (int) (rows * 0.2);
        return new Split(train, rows - train - test, test);
    }

    /** Reads {@code train,validation,test} in rows. */
    public static Split parse(String text) {
        String[] parts = text.split(",", -1);
        try {
            int[] rows = Arrays.stream(parts).mapToInt(part -> Integer.parseInt(part.strip())).toArray();
            if (rows.length == 3) {
                return new Split(rows[0], rows[1], rows[2]);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected three whole numbers of rows as in 8640,2880,2880 but was '" + text + "'", e);
        }
        throw new IllegalArgumentException("expected three numbers of rows as in 8640,2880,2880 but was '" + text + "'");
    }
}
