package io.longwave.ingest.otlp;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Values of attributes as the text of a tag: numbers and truth values as they are written, lists and maps in JSON, bytes in base 64. */
final class AttributeText {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private AttributeText() {}

    /** Empty for a value without type. */
    static String of(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case INT_VALUE -> Long.toString(value.getIntValue());
            case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
            case BYTES_VALUE -> base64(value);
            case ARRAY_VALUE, KVLIST_VALUE -> JSON.writeValueAsString(tree(value));
            default -> "";
        };
    }

    private static @Nullable Object tree(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case BYTES_VALUE -> base64(value);
            case ARRAY_VALUE -> list(value.getArrayValue().getValuesList());
            case KVLIST_VALUE -> map(value.getKvlistValue().getValuesList());
            default -> null;
        };
    }

    private static List<@Nullable Object> list(List<AnyValue> values) {
        List<@Nullable Object> list = new ArrayList<>(values.size());
        values.forEach(value -> list.add(tree(value)));
        return list;
    }

    private static Map<String, @Nullable Object> map(List<KeyValue> values) {
        Map<String, @Nullable Object> map = new TreeMap<>(); // it has no order, so that a series does not depend on one
        values.forEach(entry -> map.put(entry.getKey(), tree(entry.getValue())));
        return map;
    }

    private static String base64(AnyValue value) {
        return Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray());
    }
}
