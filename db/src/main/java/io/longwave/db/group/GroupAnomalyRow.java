package io.longwave.db.group;

import io.longwave.db.group.GroupDescription.Member;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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

    /**
     * How much a series speaks against the rows.
     *
     * @param share of the evidence at the peak, all together 1
     */
    public record Contribution(Member member, float share) {}

    /** Contributions of the series of its group, most first; without those that had no value at the peak. */
    public List<Contribution> contributions(GroupDescription group) {
        List<Contribution> contributions = new ArrayList<>();
        for (int n = 0; n < group.members().size(); n++) {
            Float share = contribution.get(n);
            if (share != null) {
                contributions.add(new Contribution(group.members().get(n), share));
            }
        }
        contributions.sort(Comparator.comparing(Contribution::share).reversed());
        return contributions;
    }
}
