package io.longwave.model.group;

import io.longwave.db.group.Groups.Member;
import java.time.Duration;
import java.util.List;

/** Since when the series of a group have got no new point, by the clock of this process: what else would tell one that has ended from one whose partition is behind? */
final class Silence {
    private final long[] newest;
    private final long[] since;

    Silence(int members) {
        this.newest = new long[members];
        this.since = new long[members];
    }

    /**
     * Looks at all series.
     *
     * @param now of {@link System#nanoTime()}
     * @return of each, whether nothing came for so long
     */
    boolean[] after(List<Member> members, long now, Duration patience) {
        boolean[] silent = new boolean[newest.length];
        for (int v = 0; v < silent.length; v++) {
            long time = members.get(v).newest();
            if (since[v] == 0 || time != newest[v]) {
                newest[v] = time;
                since[v] = now == 0 ? 1 : now;
            }
            silent[v] = now - since[v] >= patience.toNanos();
        }
        return silent;
    }
}
