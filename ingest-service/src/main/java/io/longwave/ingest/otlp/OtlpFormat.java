package io.longwave.ingest.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.longwave.ingest.http.WriteRefusedException;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** How messages are written; an answer comes as its request did. */
enum OtlpFormat {
    PROTOBUF("application/x-protobuf") {
        @Override
        ExportMetricsServiceRequest request(byte[] bytes, int length) throws InvalidProtocolBufferException {
            return ExportMetricsServiceRequest.parser().parseFrom(bytes, 0, length);
        }

        @Override
        byte[] bytes(Message message) {
            return message.toByteArray();
        }
    },
    JSON("application/json") {
        @Override
        ExportMetricsServiceRequest request(byte[] bytes, int length) throws InvalidProtocolBufferException {
            ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
            // Trace ids are in base 16 here and read in base 64, which takes all of its digits; nobody looks at them.
            JsonFormat.parser().ignoringUnknownFields().merge(new String(bytes, 0, length, StandardCharsets.UTF_8), request);
            return request.build();
        }

        @Override
        byte[] bytes(Message message) {
            try {
                return JsonFormat.printer().omittingInsignificantWhitespace().print(message).getBytes(StandardCharsets.UTF_8);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException(e); // of messages with parts of unknown type, which answers have not
            }
        }
    };

    private final String contentType;

    OtlpFormat(String contentType) {
        this.contentType = contentType;
    }

    /** @throws WriteRefusedException if it is neither */
    static OtlpFormat of(@Nullable String contentType) {
        if (contentType != null) {
            try {
                MediaType type = MediaType.parseMediaType(contentType);
                for (OtlpFormat format : values()) {
                    if (MediaType.parseMediaType(format.contentType).equalsTypeAndSubtype(type)) {
                        return format;
                    }
                }
            } catch (InvalidMediaTypeException e) {
                // Answered below, as any other that is not read.
            }
        }
        throw WriteRefusedException.unsupportedType("Content-Type: expected " + PROTOBUF.contentType + " or " + JSON.contentType
                + " but found " + (contentType == null ? "none" : contentType));
    }

    String contentType() {
        return contentType;
    }

    abstract ExportMetricsServiceRequest request(byte[] bytes, int length) throws InvalidProtocolBufferException;

    abstract byte[] bytes(Message message);
}
