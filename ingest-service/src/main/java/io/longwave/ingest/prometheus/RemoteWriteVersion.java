package io.longwave.ingest.prometheus;

import io.longwave.ingest.http.WriteRefusedException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** The message of a request. Only the content type tells it: either parses as the other, without error and without samples. */
enum RemoteWriteVersion {
    /** {@code prometheus.WriteRequest}. */
    V1,
    /** {@code io.prometheus.write.v2.Request}. */
    V2;

    private static final String EXPECTED = "Content-Type: expected application/x-protobuf, with proto=prometheus.WriteRequest, "
            + "proto=io.prometheus.write.v2.Request or none, but found ";

    /** @throws WriteRefusedException if it is neither */
    static RemoteWriteVersion of(@Nullable String contentType) {
        if (contentType == null) {
            throw WriteRefusedException.unsupportedType(EXPECTED + "none");
        }
        MediaType type;
        try {
            type = MediaType.parseMediaType(contentType);
        } catch (InvalidMediaTypeException e) {
            throw WriteRefusedException.unsupportedType(EXPECTED + contentType);
        }
        String quoted = type.getParameter("proto");
        String message = quoted == null ? null : quoted.replace("\"", "");
        if (type.getType().equals("application") && type.getSubtype().equals("x-protobuf")) {
            switch (message) {
                case null -> {
                    return V1;
                }
                case "prometheus.WriteRequest" -> {
                    return V1;
                }
                case "io.prometheus.write.v2.Request" -> {
                    return V2;
                }
                default -> {
                }
            }
        }
        throw WriteRefusedException.unsupportedType(EXPECTED + contentType);
    }
}
