package io.longwave.standalone.write;

import java.util.Map;

/** Lines of Influx line protocol, put together. Not for several threads. */
public final class LineProtocol {

    private LineProtocol() {}

    /**
     * The part before the fields: measurement and tags, escaped.
     *
     * @throws IllegalArgumentException if a name or value is one that line protocol cannot say
     */
    public static String head(String measurement, Map<String, String> tags) {
        StringBuilder head = new StringBuilder(64);
        if (measurement.startsWith("#")) {
            throw new IllegalArgumentException(
                    "measurement: expected another beginning than #, which makes a line a comment, but was " + measurement);
        }
        escape(head, required("measurement", measurement), ", ");
        tags.forEach((key, value) -> {
            head.append(',');
            escape(head, required("tag key", key), ",= ");
            head.append('=');
            escape(head, required("value of tag " + key, value), ",= ");
        });
        return head.toString();
    }

    /**
     * A field key, escaped.
     *
     * @throws IllegalArgumentException if it is one that line protocol cannot say
     */
    public static String field(String name) {
        StringBuilder field = new StringBuilder(name.length() + 4);
        escape(field, required("field key", name), ",= ");
        return field.toString();
    }

    private static String required(String what, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(what + ": expected at least one character but was empty");
        }
        if (text.endsWith("\\")) {
            throw new IllegalArgumentException(
                    what + ": expected another end than a backslash, which would escape what follows, but was " + text);
        }
        return text;
    }

    private static void escape(StringBuilder out, String text, String special) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (special.indexOf(c) >= 0) {
                out.append('\\');
            }
            // A line break ends the line wherever it stands.
            out.append(c == '\n' || c == '\r' || c == '\t' ? ' ' : c);
        }
    }
}
