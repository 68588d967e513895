package io.longwave.ingest.intake;

import io.longwave.ingest.point.RefusedPoint;
import io.longwave.ingest.point.Refusal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the value of a record is written in. */
enum IntakeFormat {
    LINE,
    JSON,
    PROTOBUF;

    /**
     * By the header {@code content-type}; without one JSON is told by its first character, and everything else is line protocol.
     *
     * @throws RefusedPoint if the header names something else
     */
    static IntakeFormat of(@Nullable String contentType, byte[] value) throws RefusedPoint {
        if (contentType == null) {
            return looksLikeJson(value) ? JSON : LINE;
        }
        return switch (contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)) {
            case "application/json" -> JSON;
            case "application/x-protobuf", "application/protobuf" -> PROTOBUF;
            case "text/plain" -> LINE;
            default -> throw new RefusedPoint(Refusal.SYNTAX,
                    "header content-type: expected application/json, application/x-protobuf or text/plain but found '" + contentType + "'");
        };
    }

    private static boolean looksLikeJson(byte[] value) {
        for (byte character : value) {
            if (character != ' ' && character != '\t' && character != '\n' && character != '\r') {
                return character == '{' || character == '[';
            }
        }
        return false;
    }
}
