package io.longwave.db.group;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event in which the series of a group did not behave as they do together.
 *
 * @param id deterministic: the same rows give the same ids
 * @param startNanos nanoseconds since the epoch
 * @param endNanos last anomalous row; null while it lasts
 * @param peakScore largest score inside, in [0, 1]
 * @param points rows inside
 * @param contribution share of the evidence at the peak of each member; null where it had no value
 */
public record GroupAnomalyRow(String id, long startNanos, @Nullable Long endNanos, long peakNanos, double peakScore, int points,
        String model,
        List<@Nullable Float> contribution) {
    public GroupAnomalyRow {
        contribution = Collections.unmodifiableList(contribution); // not a copy, which would refuse null
    }
}
