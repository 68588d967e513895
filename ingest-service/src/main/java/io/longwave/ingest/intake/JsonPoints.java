package io.longwave.ingest.intake;

import io.longwave.ingest.point.SkippedKind;
import io.longwave.ingest.point.RefusedPoint;
import io.longwave.ingest.point.CounterNames;
import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.point.Precision;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.point.Series;
import io.longwave.series.DeclaredKind;
import io.longwave.wire.JsonFault;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Points as JSON: one object, an array of them, or {@code {"metrics": [...]}}, as Telegraf writes them. A point has a {@code measurement} (or
 * {@code name}), {@code fields}, and perhaps {@code tags}, {@code bucket}, {@code kind} ({@code gauge} or {@code counter}, of all its fields) and {@code time} (or {@code timestamp}): RFC 3339, or a whole number
 * since the epoch whose unit is told by its size where the record does not say it. The rules for names and fields are those of the line protocol:
 * numbers are samples, texts and booleans are accepted and skipped, a point counts as a whole.
 */
final class JsonPoints {
    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private JsonPoints() {}

    /**
     * Reads all points of a record; their numbers, from 1, are what a sink calls lines.
     *
     * @throws RefusedPoint if the text is no JSON or holds no points
     */
    static void parse(byte[] value, RecordContext context, CounterNames counters, PointSink sink) throws RefusedPoint {
        int number = 0;
        for (JsonNode point : points(value)) {
            number++;
            try {
                Parsed parsed = parsed(point, context, counters);
                for (Sample sample : parsed.samples) {
                    sink.sample(sample.series, parsed.timeNanos, sample.value);
                }
                sink.skipped(SkippedKind.STRING, parsed.strings);
                sink.skipped(SkippedKind.BOOLEAN, parsed.booleans);
                sink.point();
            } catch (RefusedPoint refused) {
                int line = number;
                sink.refused(line, refused.refusal(), () -> new RefusedLine(line, refused.refusal(), String.valueOf(refused.getMessage()),
                        point.toString()));
            }
        }
    }

    private static Iterable<JsonNode> points(byte[] value) throws RefusedPoint {
        JsonNode root;
        try {
            root = JSON.readTree(value);
        } catch (JacksonException e) {
            throw new RefusedPoint(Refusal.SYNTAX, JsonFault.of(e));
        }
        if (root.isArray()) {
            return root;
        }
        if (root.isObject()) {
            return root.path("metrics").isArray() ? root.path("metrics") : List.of(root);
        }
        throw new RefusedPoint(Refusal.SYNTAX, "expected an object or an array of objects but found " + root);
    }

    private record Sample(Series series, double value) {}

    private record Parsed(List<Sample> samples, long timeNanos, int strings, int booleans) {}

    private static Parsed parsed(JsonNode point, RecordContext context, CounterNames counters) throws RefusedPoint {
        if (!point.isObject()) {
            throw new RefusedPoint(Refusal.SYNTAX, "expected an object but found " + point);
        }
        String measurement = name("measurement", text(point, "measurement", point.has("measurement") ? "measurement" : "name"));
        String bucket = point.hasNonNull("bucket") ? text(point, "bucket", "bucket") : context.bucket();
        Map<String, String> tags = tags(point.path("tags"));
        DeclaredKind kind = kind(point.path("kind"));
        JsonNode fields = point.path("fields");
        if (!fields.isObject() || fields.isEmpty()) {
            throw new RefusedPoint(Refusal.SYNTAX, "fields: expected an object with at least one member but found " + shown(fields));
        }
        List<Sample> samples = new ArrayList<>();
        int strings = 0;
        int booleans = 0;
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            JsonNode value = field.getValue();
            String name = name("field", field.getKey());
            if (value.isNumber()) {
                samples.add(new Sample(Series.of(context.tenant(), bucket, measurement, tags, name)
                        .declared(kind == null ? counters.kindOf(measurement, name) : kind), finite(name, value)));
            } else if (value.isString()) {
                strings++;
            } else if (value.isBoolean()) {
                booleans++;
            } else if (!value.isNull()) {
                throw new RefusedPoint(Refusal.SYNTAX,
                        "field " + name + ": expected a number, a text or a boolean but found " + shown(value));
            }
        }
        return new Parsed(samples, time(point, context), strings, booleans);
    }

    private static String text(JsonNode point, String what, String member) throws RefusedPoint {
        JsonNode text = point.path(member);
        if (!text.isString() || text.asString().isEmpty()) {
            throw new RefusedPoint(Refusal.SYNTAX, what + ": expected a text but found " + shown(text));
        }
        return text.asString();
    }

    private static @Nullable DeclaredKind kind(JsonNode given) throws RefusedPoint {
        return switch (given.asString("")) {
            case "gauge" -> DeclaredKind.GAUGE;
            case "counter" -> DeclaredKind.COUNTER;
            default -> {
                if (given.isMissingNode() || given.isNull()) {
                    yield null;
                }
                throw new RefusedPoint(Refusal.SYNTAX, "kind: expected gauge or counter but found " + given);
            }
        };
    }

    private static Map<String, String> tags(JsonNode given) throws RefusedPoint {
        Map<String, String> tags = new TreeMap<>();
        if (given.isMissingNode() || given.isNull()) {
            return tags;
        }
        if (!given.isObject()) {
            throw new RefusedPoint(Refusal.SYNTAX, "tags: expected an object but found " + shown(given));
        }
        for (Map.Entry<String, JsonNode> tag : given.properties()) {
            if (!tag.getValue().isString()) {
                throw new RefusedPoint(Refusal.SYNTAX, "tag " + tag.getKey() + ": expected a text but found " + shown(tag.getValue()));
            }
            if (!tag.getValue().asString().isEmpty()) { // in the line protocol a tag without a value is one that is not there
                tags.put(name("tag", tag.getKey()), tag.getValue().asString());
            }
        }
        return tags;
    }

    private static String name(String what, String name) throws RefusedPoint {
        if (name.startsWith("_")) {
            throw new RefusedPoint(Refusal.RESERVED_NAME, what + ": names that start with _ are reserved but found '" + name + "'");
        }
        return name;
    }

    private static double finite(String field, JsonNode value) throws RefusedPoint {
        // Not asDouble(), which throws for whole numbers beyond the range.
        double number = value.numberValue().doubleValue();
        if (!Double.isFinite(number)) {
            throw new RefusedPoint(Refusal.NUMBER_RANGE,
                    "field " + field + ": expected a number that 64 bits hold but found " + shown(value));
        }
        return number;
    }

    private static long time(JsonNode point, RecordContext context) throws RefusedPoint {
        JsonNode time = point.path(point.has("time") ? "time" : "timestamp");
        if (time.isMissingNode() || time.isNull()) {
            return context.timeNanos();
        }
        if (time.isIntegralNumber() && time.canConvertToLong()) {
            Precision precision = context.precision() == null ? Precision.ofSize(time.asLong()) : context.precision();
            if (precision.holds(time.asLong())) {
                return time.asLong() * precision.nanos();
            }
            throw outOfRange(time);
        }
        try {
            Instant instant = Instant.parse(time.asString(""));
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
        } catch (DateTimeException e) {
            throw new RefusedPoint(Refusal.SYNTAX,
                    "time: expected RFC 3339, such as 2026-03-01T12:00:00Z, or a whole number but found " + shown(time));
        } catch (ArithmeticException e) {
            throw outOfRange(time);
        }
    }

    private static RefusedPoint outOfRange(JsonNode time) {
        return new RefusedPoint(Refusal.TIME_RANGE, "time: expected one that nanoseconds in 64 bits can hold but found " + shown(time));
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "none" : node.toString();
    }
}
