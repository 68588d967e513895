package io.longwave.api.point;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.series.KnownSeries;
import io.longwave.db.point.RowQueries.Column;
import io.longwave.db.series.ReadAs;
import io.longwave.db.series.SeriesQueries;
import io.longwave.db.series.TenantScope;
import io.longwave.series.SeriesKey;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which series are the columns of a table, and what they are called there. */
@Component
final class TableColumns {
    /** Name of the column of times. */
    static final String TIME = "time";

    private static final int MOST = 1000;
    private static final int LONGEST_NAME = 100;
    /** What readers of such tables take for the column of times. */
    private static final Set<String> NAMES_OF_TIMES = Set.of(TIME, "date", "timestamp");

    private final KnownSeries known;
    private final SeriesQueries series;

    TableColumns(KnownSeries known, SeriesQueries series) {
        this.known = known;
        this.series = series;
    }

    /**
     * Columns of a table, at least one.
     *
     * @param name of the whole
     * @param names of the columns
     */
    record Table(String name, List<String> names, List<Column> columns) {}

    /**
     * The table of these series, or of those that are fields of a key.
     *
     * @throws ProblemException if not just one of the two is given, or there are no such series
     */
    Table of(TenantScope scope, @Nullable List<Long> asked, @Nullable String fieldsOf) {
        if ((asked == null || asked.isEmpty()) == (fieldsOf == null)) {
            throw ProblemException.badParameter("series", "ids, or fieldsOf in their place", fieldsOf == null ? "neither" : "both");
        }
        if (asked != null && asked.contains(null)) {
            throw ProblemException.badParameter("series", "ids parted by commas", "nothing between two of them");
        }
        List<Long> ids = fieldsOf == null ? Objects.requireNonNull(asked) : fields(scope, fieldsOf);
        if (ids.size() > MOST) {
            throw ProblemException.badParameter(fieldsOf == null ? "series" : "fieldsOf", "at most " + MOST + " series",
                    fieldsOf == null ? ids.size() : "more");
        }
        List<String> keys = known.keys(scope, List.copyOf(ids));
        if (keys.size() < ids.size()) {
            throw ProblemException.badParameter("series", "each series once", ids);
        }
        Map<Long, ReadAs> kinds = series.readAs(scope, ids);
        List<Column> columns = ids.stream().map(id -> new Column(id, kinds.getOrDefault(id, ReadAs.GAUGE).kind())).toList();
        List<SeriesKey> parsed = keys.stream().map(SeriesKey::parse).toList();
        return new Table(name(ids, parsed), names(parsed), columns);
    }

    private List<Long> fields(TenantScope scope, String fieldsOf) {
        List<Long> ids = series.beginningWith(scope, fieldsOf + "#", MOST + 1);
        if (ids.isEmpty()) {
            throw ProblemException.badParameter("fieldsOf",
                    "a canonical key without # and a field, of which there are series, such as default/replay/ETTh1", fieldsOf);
        }
        return ids;
    }

    private static List<String> names(List<SeriesKey> keys) {
        boolean fields = keys.stream().map(SeriesKey::field).collect(Collectors.toSet()).size() == keys.size()
                && keys.stream().noneMatch(key -> NAMES_OF_TIMES.contains(key.field().toLowerCase(Locale.ROOT)));
        return keys.stream().map(fields ? SeriesKey::field : SeriesKey::canonical).toList();
    }

    private static String name(List<Long> ids, List<SeriesKey> keys) {
        if (keys.size() == 1) {
            return file(keys.getFirst().displayName());
        }
        Set<String> common = keys.stream().map(key -> key.displayName().substring(0, key.displayName().length() - key.field().length() - 1))
                .collect(Collectors.toSet());
        return file(common.size() == 1
                ? common.iterator().next()
                : ids.stream().map(String::valueOf).collect(Collectors.joining("-", "series-", "")));
    }

    private static String file(String name) {
        return name.substring(0, Math.min(name.length(), LONGEST_NAME)).replaceAll("[^\\p{L}\\p{N}.]+", "-");
    }
}
