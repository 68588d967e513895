package io.longwave.ingest.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.longwave.ingest.http.MessageMemory;
import io.longwave.ingest.http.WriteRefusedException;
import io.longwave.wire.JsonFault;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** How messages are written; an answer comes as its request did. */
enum OtlpFormat {
    PROTOBUF("application/x-protobuf") {
        @Override
        long memory(byte[] bytes, int length) throws InvalidProtocolBufferException {
            return MessageMemory.of(ExportMetricsServiceRequest.getDescriptor(), bytes, length);
        }

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
        /** Reads all of it, which also finds what the parser of messages would take: text after the end, unquoted names, doubled members, bytes that are no UTF-8. */
        @Override
        long memory(byte[] bytes, int length) throws InvalidProtocolBufferException {
            long tokens = 0;
            try (JsonParser parser = STRICT.createParser(bytes, 0, length)) {
                boolean ended = false;
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    if (ended) {
                        throw new InvalidProtocolBufferException("more text after the end of the first value");
                    }
                    tokens++;
                    ended = parser.streamReadContext().inRoot();
                }
            } catch (JacksonException e) {
                throw new InvalidProtocolBufferException(JsonFault.of(e));
            }
            return tokens * MEMORY_PER_TOKEN + 4L * length;
        }

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

    /** A tree is made of the text before it becomes a message; a token is half an object at most, with a node for it in the tree. */
    private static final long MEMORY_PER_TOKEN = 160;
    private static final JsonMapper STRICT = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final MediaType type;

    OtlpFormat(String contentType) {
        this.type = MediaType.parseMediaType(contentType);
    }

    /** @throws WriteRefusedException if it is neither */
    static OtlpFormat of(@Nullable String contentType) {
        if (contentType != null) {
            try {
                MediaType asked = MediaType.parseMediaType(contentType);
                for (OtlpFormat format : values()) {
                    if (format.type.equalsTypeAndSubtype(asked)) {
                        return format;
                    }
                }
            } catch (InvalidMediaTypeException e) {
                // Answered below, as any other that is not read.
            }
        }
        throw WriteRefusedException.unsupportedType("Content-Type: expected " + PROTOBUF.type + " or " + JSON.type
                + " but found " + (contentType == null ? "none" : contentType));
    }

    String contentType() {
        return type.toString();
    }

    /**
     * Heap bytes that {@link #request} takes, roughly and from above.
     *
     * @throws InvalidProtocolBufferException if the bytes are not well formed
     */
    abstract long memory(byte[] bytes, int length) throws InvalidProtocolBufferException;

    abstract ExportMetricsServiceRequest request(byte[] bytes, int length) throws InvalidProtocolBufferException;

    abstract byte[] bytes(Message message);
}
