package io.longwave.api.series;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.db.series.SeriesQueries;
import io.longwave.db.series.ReadAs;
import io.longwave.db.series.TenantScope;
import io.longwave.series.SeriesKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** From what a request calls a series to its canonical key; refuses what does not exist. */
@Component
public final class KnownSeries {
    private final SeriesQueries series;

    KnownSeries(SeriesQueries series) {
        this.series = series;
    }

    /**
     * Canonical key of a series.
     *
     * @throws ProblemException if none of those that may be seen has this id
     */
    public String key(TenantScope scope, long id) {
        String key = series.keysOf(scope, List.of(id)).get(id);
        if (key == null) {
            throw ProblemException.unknownSeries(id);
        }
        return key;
    }

    /**
     * How the points of a series are read.
     *
     * @throws ProblemException if none of those that may be seen has this id
     */
    public ReadAs readAs(TenantScope scope, long id) {
        ReadAs as = series.readAs(scope, List.of(id)).get(id);
        if (as == null) {
            throw ProblemException.unknownSeries(id);
        }
        return as;
    }

    /**
     * Canonical keys of series that are named by id (a number) or by canonical key (a text).
     *
     * @throws ProblemException if one is neither, or is none of those that may be seen; the problem lists all of them
     */
    public List<String> keys(TenantScope scope, List<Object> names) {
        Set<Long> ids = new HashSet<>();
        Set<String> texts = new HashSet<>();
        for (Object name : names) {
            switch (name) {
                case Integer id -> ids.add(id.longValue());
                case Long id -> ids.add(id);
                case String key -> texts.add(SeriesKey.normalised(key));
                default -> throw ProblemException.badParameter("series", "ids (numbers) or canonical keys (texts)", name);
            }
        }
        Map<Long, String> byId = series.keysOf(scope, ids);
        Set<String> byKey = new HashSet<>(series.existing(scope, texts));
        LinkedHashSet<String> keys = new LinkedHashSet<>();
        List<Object> unknown = new ArrayList<>();
        for (Object name : names) {
            String key = switch (name) {
                case Number id -> byId.get(id.longValue());
                case String text when byKey.contains(SeriesKey.normalised(text)) -> SeriesKey.normalised(text);
                default -> null;
            };
            if (key == null) {
                unknown.add(name);
            } else {
                keys.add(key);
            }
        }
        if (!unknown.isEmpty()) {
            throw new ProblemException(ProblemType.UNKNOWN_SERIES, "these series do not exist, nothing was changed: " + unknown)
                    .with("series", unknown);
        }
        return List.copyOf(keys);
    }
}
