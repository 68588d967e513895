package io.longwave.db.stream;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what the stream has done so far. */
public final class StreamQueries {
    /** How much of a dead letter's payload is read. */
    public static final int PAYLOAD_PREVIEW = 1024;

    private final JdbcClient jdbc;

    public StreamQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Counters by name, summed over partitions. */
    public Map<String, Long> counters() {
        Map<String, Long> counters = new TreeMap<>();
        jdbc.sql("select name, sum(count)::bigint as count from stream_counter group by name").query(row -> {
            counters.put(row.getString("name"), row.getLong("count"));
        });
        return counters;
    }

    /** How many partitions were ever consumed. */
    public int partitions() {
        return jdbc.sql("select count(*) from stream_position").query(Integer.class).single();
    }

    /** How many dead letters there are. */
    public long deadLetterCount() {
        return jdbc.sql("select count(*) from dead_letter").query(Long.class).single();
    }

    /** Dead letters with an id below {@code before}, newest first. */
    public List<DeadLetterRow> deadLetters(long before, int limit) {
        return jdbc.sql("""
                select id, topic, partition, record_offset, item, reason, detail, substring(payload for :preview) as payload,
                    octet_length(payload) as bytes, record_time
                from dead_letter where id < :before order by id desc limit :limit""").param("before", before).param("limit", limit)
                .param("preview", PAYLOAD_PREVIEW).query(StreamQueries::deadLetter).list();
    }

    /** True once the migrations have made what is read: tables, and what the last of them added. */
    public boolean schemaIsThere() {
        return jdbc.sql("""
                select to_regclass('series') is not null and to_regclass('point') is not null and to_regclass('dead_letter') is not null
                    and to_regclass('series_tenant') is not null and to_regclass('anomaly_by_tenant') is not null""")
                .query(Boolean.class).single();
    }

    private static DeadLetterRow deadLetter(ResultSet row, int number) throws SQLException {
        return new DeadLetterRow(row.getLong("id"), row.getString("topic"), row.getInt("partition"), row.getLong("record_offset"),
                row.getInt("item"), row.getString("reason"), row.getString("detail"), row.getBytes("payload"), row.getInt("bytes"),
                row.getObject("record_time", OffsetDateTime.class).toInstant());
    }
}
