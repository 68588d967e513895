package io.longwave.model.group;

import io.longwave.db.group.Groups.Member;
import io.longwave.db.group.RowGrid;
import java.util.List;

/**
 * Which rows of a group may be judged. A row waits for all series: until each has a point in it or behind it. Where one falls silent or lags, a row waits no longer than until half of the series
 * are a few rows ahead: one of them with a time of next year does not hurry the others. Counted in the times of the points, so that nothing here needs a clock.
 */
final class CompleteRows {
    private CompleteRows() {}

    /**
     * The last row that may be judged; {@link Long#MIN_VALUE} if there is none.
     *
     * @param patience rows
     */
    static long last(RowGrid grid, List<Member> members, int patience) {
        long[] newest = members.stream().mapToLong(Member::newest).sorted().toArray();
        long ofAll = newest[0];
        long ofHalf = newest[newest.length / 2]; // as many have come so far or further, or one more
        if (ofHalf == Long.MIN_VALUE) {
            return Long.MIN_VALUE;
        }
        long hurried = grid.row(ofHalf) - 1 - patience;
        return ofAll == Long.MIN_VALUE ? hurried : Math.max(grid.row(ofAll), hurried);
    }
}
