package io.longwave.api.anomaly;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Limits;
import io.longwave.api.query.Page;
import io.longwave.db.anomaly.AnomalyPosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which page of events a question asks for, newest start first.
 *
 * @param most events of the page
 * @param after last event of the page before; null for the first page
 * @param minScore least score of their peaks; null for any
 */
public record AskedEvents(int most, @Nullable AnomalyPosition after, @Nullable Double minScore) {

    /** @throws ProblemException if a parameter is out of range, or the cursor none of ours */
    public static AskedEvents of(@Nullable Double minScore, @Nullable Integer limit, @Nullable String cursor) {
        int most = Limits.within("limit", limit, 100, 1, 1000);
        if (minScore != null && !(minScore >= 0 && minScore <= 1)) {
            throw ProblemException.badParameter("minScore", "a number from 0 to 1", minScore);
        }
        List<String> parts = Page.read(cursor, 2);
        AnomalyPosition after = parts == null || cursor == null
                ? null
                : new AnomalyPosition(Page.number(parts.get(0), cursor), parts.get(1));
        return new AskedEvents(most, after, minScore);
    }
}
