package io.longwave.db.group;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of all series of a group at one time, as its model judged them.
 *
 * @param score in [0, 1]
 * @param expected of each member; null where it had no value
 * @param contribution share of the evidence of each member, all together 1; null where it had no value
 */
public record JudgedRow(long timeNanos, float score, String model, List<@Nullable Double> expected, List<@Nullable Float> contribution) {
    public JudgedRow {
        expected = Collections.unmodifiableList(expected); // not a copy, which would refuse null
        contribution = Collections.unmodifiableList(contribution);
    }
}
