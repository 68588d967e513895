package io.longwave.db.series;

import io.longwave.db.point.StoredScore;
import io.longwave.series.SeriesKey;
import io.longwave.series.SeriesKind;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds series. Names are compared in lower case and sorted by code point, so that the index serves both the order and the cursor. */
public final class SeriesQueries {
    private static final Pattern SPACE = Pattern.compile("\\s+");

    /** What is forgotten is only waiting to be deleted. */
    private static final String LIVING = "c.forgotten_at is null";

    private static final String ORDER = " order by lower(%s.display) collate \"C\", %s.id";

    /** The newest values, as many as {@code %s} and one more, each with what the model saw of it, of a counter its rate since the one before, and its score, unless that is of another kind of values. */
    private static final String NEWEST = """
            select time, case s.kind when 'counter' then counter_rate(lead(time) over w, lead(value) over w, time, value) else value end as value,
                case when time > coalesce(s.kind_since, -9223372036854775808) then score end as score, model
            from (select time, value, score, model from point where series_id = s.id order by time desc limit %s + 1) newest
            window w as (order by time desc) order by time desc limit %s""";

    private static final String ROWS = """
            select s.id, s.key, s.kind, s.chosen_kind is not null as kind_chosen, s.display, s.created_at, p.time, p.value, p.score, p.model, v.model as promoted,
                coalesce(v.watched, false) as watched, coalesce(v.horizon, 96) as horizon,
                case when :recent > 0 then (select array_agg(r.value order by r.time) from ("""
            + NEWEST.formatted(":recent", ":recent")
            + """
                    ) r where r.value is not null) end as recent
                    from (select * from series c where %s) s
                    left join lateral (""" + NEWEST.formatted("1", "1") + """
                    ) p on true
                    left join series_serving v on v.series_id = s.id"""
            + ORDER.formatted("s", "s");

    private final JdbcClient jdbc;

    public SeriesQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A page of series in the order of their display names.
     *
     * @param scope whose series
     * @param text words that must all occur in the bucket or the display name, in any case, order and normalisation; empty finds everything
     * @param promoted id of the stored model that they are served by; null finds those of every model
     * @param after position of the last series of the page before; null for the first page
     * @param limit largest number of rows
     * @param recent how many newest values each row carries
     */
    public List<SeriesRow> find(TenantScope scope, String text, @Nullable String promoted, @Nullable SeriesPosition after, int limit,
            int recent) {
        Map<String, Object> parameters = new HashMap<>();
        StringBuilder where = new StringBuilder(LIVING);
        int word = 0;
        for (String part : SPACE.split(SeriesKey.normalised(text).strip())) {
            if (!part.isEmpty()) {
                where.append(" and lower(c.bucket || ' ' || c.display) like lower(:word").append(word).append(')');
                parameters.put("word" + word++, "%" + escapeLike(part) + "%");
            }
        }
        if (promoted != null) {
            where.append(" and c.id in (select series_id from series_serving where model = :promoted)");
            parameters.put("promoted", promoted);
        }
        if (after != null) {
            where.append(" and (lower(c.display) collate \"C\", c.id) > (lower(:afterName) collate \"C\", :afterId)");
            parameters.put("afterName", after.display());
            parameters.put("afterId", after.id());
        }
        where.append(scope.and("c.tenant", parameters)).append(ORDER.formatted("c", "c")).append(" limit :limit");
        parameters.put("limit", limit);
        parameters.put("recent", recent);
        return jdbc.sql(ROWS.formatted(where)).params(parameters).query(SeriesQueries::row).list();
    }

    /** One series by its id. */
    public Optional<SeriesRow> byId(TenantScope scope, long id, int recent) {
        return one(scope, "c.id = :asked", id, recent);
    }

    /** One series by its canonical key, in any normalisation. */
    public Optional<SeriesRow> byKey(TenantScope scope, String key, int recent) {
        return one(scope, "c.key = :asked", SeriesKey.normalised(key), recent);
    }

    private Optional<SeriesRow> one(TenantScope scope, String which, Object asked, int recent) {
        Map<String, Object> parameters = new HashMap<>(Map.of("asked", asked, "recent", recent));
        return jdbc.sql(ROWS.formatted(which + " and " + LIVING + scope.and("c.tenant", parameters))).params(parameters)
                .query(SeriesQueries::row).optional();
    }

    /** Canonical keys of those of the ids that exist. */
    public Map<Long, String> keysOf(TenantScope scope, Collection<Long> ids) {
        Map<Long, String> keys = new HashMap<>();
        living(scope, "id, key", " and c.id = any(:ids)", Map.of("ids", ids.toArray(Long[]::new))).query(row -> {
            keys.put(row.getLong("id"), row.getString("key"));
        });
        return keys;
    }

    /** Those of the canonical keys that exist. */
    public List<String> existing(TenantScope scope, Collection<String> keys) {
        return living(scope, "key", " and c.key = any(:keys)", Map.of("keys", keys.toArray(String[]::new)))
                .query((row, number) -> row.getString("key")).list();
    }

    /** Ids of the series whose canonical keys begin so, in the order of these keys by code point. */
    public List<Long> beginningWith(TenantScope scope, String beginning, int most) {
        return living(scope, "id", " and starts_with(c.key, :beginning)", Map.of("beginning", beginning),
                " order by key collate \"C\" limit " + most)
                .query((row, _) -> row.getLong("id")).list();
    }

    /** How the points of those of the ids that exist are read. */
    public Map<Long, ReadAs> readAs(TenantScope scope, Collection<Long> ids) {
        Map<Long, ReadAs> kinds = new HashMap<>();
        living(scope, "id, kind, coalesce(kind_since, " + Long.MIN_VALUE + ") as since", " and c.id = any(:ids)",
                Map.of("ids", ids.toArray(Long[]::new))).query(row -> {
                    kinds.put(row.getLong("id"), new ReadAs(kind(row), row.getLong("since")));
                });
        return kinds;
    }

    /** How many series there are. */
    public long count(TenantScope scope) {
        return living(scope, "count(*)", "", Map.of()).query(Long.class).single();
    }

    private JdbcClient.StatementSpec living(TenantScope scope, String columns, String which, Map<String, Object> asked) {
        return living(scope, columns, which, asked, "");
    }

    private JdbcClient.StatementSpec living(TenantScope scope, String columns, String which, Map<String, Object> asked, String order) {
        Map<String, Object> parameters = new HashMap<>(asked);
        return jdbc.sql("select " + columns + " from series c where " + LIVING + which + scope.and("c.tenant", parameters) + order)
                .params(parameters);
    }

    private static SeriesRow row(ResultSet row, int number) throws SQLException {
        long time = row.getLong("time");
        SeriesRow.Last last = row.wasNull()
                ? null
                : new SeriesRow.Last(time, nullableDouble(row, "value"), StoredScore.of(row, "score"), row.getString("model"));
        return new SeriesRow(row.getLong("id"), SeriesKey.parse(row.getString("key")), kind(row), row.getBoolean("kind_chosen"),
                row.getString("display"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(), last, row.getString("promoted"),
                row.getBoolean("watched"), row.getInt("horizon"), doubles(row.getArray("recent")));
    }

    private static SeriesKind kind(ResultSet row) throws SQLException {
        return Objects.requireNonNull(SeriesKind.ofText(row.getString("kind")));
    }

    private static List<Double> doubles(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : new ArrayList<>(Arrays.asList((Double[]) array.getArray()));
    }

    private static @Nullable Double nullableDouble(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }

    private static String escapeLike(String word) {
        return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }
}
