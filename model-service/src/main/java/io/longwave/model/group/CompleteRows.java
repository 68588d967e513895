package io.longwave.model.group;

import io.longwave.db.group.Groups.Member;
import io.longwave.db.point.RowGrid;
import java.util.Arrays;
import java.util.List;

/**
 * Which rows of a group may be judged. A row waits for all series: until each has a point in it or behind it, or only behind it where points of a series are nearer to each other than rows are, because the last one of
 * a row counts. For a series that has fallen silent, it waits no longer than until half of the series are a few rows, and a few points, ahead: a single point with a time of next year
 * hurries nobody. One that still gets points, however late they are, is waited for: its partition may be behind.
 */
final class CompleteRows {
    /** Of a step: points that are nearer to each other may be several in a row. */
    private static final double NEARER = 0.75;

    private static final long NEVER = Long.MIN_VALUE;

    private CompleteRows() {}

    /**
     * The last row that may be judged; {@link Long#MIN_VALUE} if there is none.
     *
     * @param silent of each member, whether it has fallen silent
     * @param patience rows, and as many points lie between {@link Member#settled} and {@link Member#newest}
     */
    static long last(RowGrid grid, List<Member> members, boolean[] silent, int patience) {
        long ofAll = Long.MAX_VALUE;
        long ofThoseThatSpeak = Long.MAX_VALUE;
        long[] ahead = new long[members.size()];
        for (int v = 0; v < ahead.length; v++) {
            Member member = members.get(v);
            boolean several = member.distance() > 0 && member.distance() < NEARER * grid.stepNanos();
            long reached = member.newest() == NEVER ? NEVER : grid.row(member.newest()) - (several ? 1 : 0);
            ofAll = Math.min(ofAll, reached);
            ofThoseThatSpeak = silent[v] ? ofThoseThatSpeak : Math.min(ofThoseThatSpeak, reached);
            ahead[v] = member.settled() == NEVER ? NEVER : Math.min(grid.row(member.newest()) - patience, grid.row(member.settled())) - 1;
        }
        Arrays.sort(ahead);
        // of the middle one: as many are there or further, or one more
        return Math.max(ofAll, Math.min(ofThoseThatSpeak, ahead[ahead.length / 2]));
    }
}
