package io.longwave.db.stream;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a batch tells listeners when its transaction commits: {@code select pg_notify('longwave', payload)} inside the transaction, once.
 * The payload is {@code {"series":[ids]}}, or {@code {"series":null}} when the batch touched more series than a notification may carry.
 *
 * @param many true when the touched series are too many to be named; {@code series} is empty then
 * @param series ids of the series that got new points, scores or anomalies
 */
public record StreamNotice(boolean many, Set<Long> series) {
    /** Name of the channel. */
    public static final String CHANNEL = "longwave";

    /** PostgreSQL refuses a payload of 8000 bytes or more. */
    private static final int MAX_PAYLOAD = 7999;
    private static final String MANY = "{\"series\":null}";
    private static final Pattern NAMED = Pattern.compile("\\{\"series\":\\[([0-9,]*)]}");

    public StreamNotice {
        series = Set.copyOf(series);
    }

    /** Payload of a batch that touched these series. */
    public static String payload(Collection<Long> series) {
        StringBuilder json = new StringBuilder("{\"series\":[");
        String comma = "";
        for (long id : series) {
            json.append(comma).append(id);
            comma = ",";
            if (json.length() > MAX_PAYLOAD) {
                return MANY;
            }
        }
        json.append("]}");
        return json.length() > MAX_PAYLOAD ? MANY : json.toString();
    }

    /** Reads a payload; anything that is not one means "look at everything", because a lost notice would stop a chart. */
    public static StreamNotice parse(String payload) {
        Matcher named = NAMED.matcher(payload);
        if (!named.matches()) {
            return new StreamNotice(true, Set.of());
        }
        Set<Long> ids = new HashSet<>();
        for (String id : named.group(1).split(",", -1)) {
            if (id.isEmpty() || id.length() > 18) {
                if (named.group(1).isEmpty()) {
                    break;
                }
                return new StreamNotice(true, Set.of());
            }
            ids.add(Long.parseLong(id));
        }
        return new StreamNotice(false, ids);
    }
}
