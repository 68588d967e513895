package io.longwave.db.group;

import io.longwave.db.anomaly.AnomalyPosition;
import io.longwave.db.group.GroupDescription.Member;
import io.longwave.db.point.TimeSpan;
import io.longwave.db.series.TenantScope;
import io.longwave.series.SeriesKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads groups, their judged rows and their events. A group that was removed is only waiting to be deleted. */
public final class GroupQueries {
    private static final String LIVING = "removed_at is null";
    private static final String GROUPS = """
            select g.id, g.name, g.model, g.step, g.created_at, g.problem, m.key, s.id as series, s.display, g.columns[m.ordinal + 1] as column_name,
                g.judged_to
            from (select *, (select max(time) from group_row where group_id = series_group.id) as judged_to from series_group where %s) g join group_member m on m.group_id = g.id
                left join series s on s.key = m.key and s.forgotten_at is null
            order by g.name collate "C", m.ordinal""";
    private static final String ROWS = "select time, score, model, expected, contribution from group_row"
            + " where group_id = :group and time >= :from and time < :to order by time%s limit :limit";

    private static final String ANOMALIES = "select id, start_time, case when end_time is not null then last_time end as ended, peak_time,"
            + " peak_score, points, model, contribution from group_anomaly where ";

    private final JdbcClient jdbc;

    public GroupQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A page of groups in the order of their names.
     *
     * @param scope who all series of a group must belong to
     * @param after name of the last group of the page before; null for the first page
     */
    public List<GroupDescription> find(TenantScope scope, @Nullable String after, int limit) {
        Map<String, Object> parameters = new HashMap<>();
        StringBuilder where = new StringBuilder(LIVING);
        if (after != null) {
            where.append(" and name collate \"C\" > :after collate \"C\"");
            parameters.put("after", after);
        }
        where.append(of(scope, parameters)).append(" order by name collate \"C\" limit :limit");
        parameters.put("limit", limit);
        return described(jdbc.sql(GROUPS.formatted(where)).params(parameters));
    }

    /**
     * One group.
     *
     * @param scope who all of its series must belong to
     */
    public Optional<GroupDescription> byName(TenantScope scope, String name) {
        Map<String, Object> parameters = new HashMap<>(Map.of("name", name));
        return described(jdbc.sql(GROUPS.formatted(LIVING + " and name collate \"C\" = :name" + of(scope, parameters))).params(parameters))
                .stream().findFirst();
    }

    private static String of(TenantScope scope, Map<String, Object> parameters) {
        String tenant = scope.tenant();
        if (tenant == null) {
            return "";
        }
        parameters.put("beginning", SeriesKey.beginning(tenant));
        return " and not exists (select from group_member where group_id = series_group.id and not starts_with(key, :beginning))";
    }

    /** The first rows of the span, ascending. */
    public List<JudgedRow> first(long group, TimeSpan span, int limit) {
        return rows("", group, span, limit);
    }

    /** The newest rows of the span, ascending. */
    public List<JudgedRow> newest(long group, TimeSpan span, int limit) {
        return rows(" desc", group, span, limit).reversed();
    }

    /**
     * A page of events of a group, newest start first.
     *
     * @param after last event of the page before; null for the first page
     */
    public List<GroupAnomalyRow> anomalies(GroupAnomalyFilter filter, @Nullable AnomalyPosition after, int limit) {
        // Conditions are written only when asked for, as those of the events of series.
        Map<String, Object> parameters = new HashMap<>();
        StringBuilder where = new StringBuilder("group_id = :group");
        parameters.put("group", filter.group());
        if (filter.fromNanos() != null) {
            where.append(" and (end_time is null or last_time >= :from)");
            parameters.put("from", filter.fromNanos());
        }
        if (filter.toNanos() != null) {
            where.append(" and start_time < :to");
            parameters.put("to", filter.toNanos());
        }
        if (filter.minScore() != null) {
            where.append(" and peak_score >= :minScore");
            parameters.put("minScore", filter.minScore());
        }
        if (after != null) {
            where.append(" and (start_time < :afterStart or start_time = :afterStart and id > :afterId)");
            parameters.put("afterStart", after.startNanos());
            parameters.put("afterId", after.id());
        }
        parameters.put("limit", limit);
        return jdbc.sql(ANOMALIES + where + " order by start_time desc, id limit :limit").params(parameters).query(GroupQueries::anomaly)
                .list();
    }

    /**
     * An event and its group as it is now.
     *
     * @param event of it
     */
    public record GroupEvent(GroupDescription group, GroupAnomalyRow event) {}

    /** One event. */
    public Optional<GroupEvent> anomaly(String id) {
        return described(jdbc.sql(GROUPS.formatted(LIVING + " and id = (select group_id from group_anomaly where id = :anomaly)"))
                .param("anomaly", id)).stream().findFirst()
                .flatMap(group -> jdbc.sql(ANOMALIES + "id = ?").param(id).query(GroupQueries::anomaly).optional()
                        .map(event -> new GroupEvent(group, event)));
    }

    private List<JudgedRow> rows(String order, long group, TimeSpan span, int limit) {
        return jdbc.sql(ROWS.formatted(order)).param("group", group).param("from", span.from()).param("to", span.to()).param("limit", limit)
                .query((row, number) -> new JudgedRow(row.getLong("time"), row.getFloat("score"), row.getString("model"),
                        Arrays.asList((@Nullable Double[]) row.getArray("expected").getArray()), contribution(row)))
                .list();
    }

    private static GroupAnomalyRow anomaly(ResultSet row, int number) throws SQLException {
        return new GroupAnomalyRow(row.getString("id"), row.getLong("start_time"), nullableLong(row, "ended"), row.getLong("peak_time"),
                row.getDouble("peak_score"), row.getInt("points"), row.getString("model"), contribution(row));
    }

    private static List<@Nullable Float> contribution(ResultSet row) throws SQLException {
        return Arrays.asList((@Nullable Float[]) row.getArray("contribution").getArray());
    }

    private static List<GroupDescription> described(JdbcClient.StatementSpec groups) {
        return groups.query((ResultSetExtractor<List<GroupDescription>>) rows -> {
            List<GroupDescription> described = new ArrayList<>();
            for (boolean more = rows.next(); more;) {
                long id = rows.getLong("id");
                String name = rows.getString("name");
                String model = rows.getString("model");
                long step = rows.getLong("step");
                Instant created = rows.getObject("created_at", OffsetDateTime.class).toInstant();
                Long judgedTo = nullableLong(rows, "judged_to");
                String problem = rows.getString("problem");
                List<Member> members = new ArrayList<>();
                do {
                    members.add(member(rows));
                    more = rows.next();
                } while (more && rows.getLong("id") == id);
                described.add(new GroupDescription(id, name, model, step, created, judgedTo, problem, members));
            }
            return described;
        });
    }

    private static Member member(ResultSet row) throws SQLException {
        String key = row.getString("key");
        Long series = nullableLong(row, "series");
        return new Member(series, key, series == null ? SeriesKey.parse(key).displayName() : row.getString("display"),
                row.getString("column_name"));
    }

    private static @Nullable Long nullableLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
