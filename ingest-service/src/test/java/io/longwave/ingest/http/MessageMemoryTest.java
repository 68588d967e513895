package io.longwave.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.longwave.ingest.prometheus.proto.Request;
import io.longwave.ingest.prometheus.proto.Sample;
import io.longwave.ingest.prometheus.proto.SymbolizedSeries;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageMemoryTest {
    private static final int MANY = 100_000;

    @Test
    void messagesOfTwoBytesAreToldAsTheObjectsTheyBecome() throws Exception {
        Message points = ExponentialHistogram.newBuilder()
                .addAllDataPoints(Collections.nCopies(MANY, ExponentialHistogramDataPoint.getDefaultInstance())).build();
        assertThat(memory(points)).as("seen: 126 bytes of heap a point").isBetween(126L * MANY, 252L * MANY);
        Message samples = SymbolizedSeries.newBuilder().addAllSamples(Collections.nCopies(MANY, Sample.getDefaultInstance())).build();
        assertThat(memory(samples)).as("seen: 54 bytes of heap a sample").isBetween(54L * MANY, 108L * MANY);
        Message symbols = Request.newBuilder().addAllSymbols(Collections.nCopies(MANY, "a")).build();
        assertThat(memory(symbols)).as("seen: 54 bytes of heap a text").isBetween(54L * MANY, 108L * MANY);
    }

    @Test
    void numbersOfPackedListsAndLongTextsAreToldByTheirBytes() throws Exception {
        Message references = SymbolizedSeries.newBuilder().addAllLabelsRefs(Collections.nCopies(MANY, 1)).build();
        assertThat(memory(references)).isBetween(4L * MANY, 10L * MANY);
        Message text = Request.newBuilder().addSymbols("x".repeat(MANY)).build();
        assertThat(memory(text)).isBetween((long) MANY, 2L * MANY);
    }

    @Test
    void whatIsNoMessageOrNestedTooDeeplyIsRefused() {
        for (byte[] bytes : List.of(new byte[]{10, 120, 1, 2}, new byte[]{10}, new byte[]{42, 2, 10, 5, 0}, new byte[]{4})) {
            assertThatThrownBy(() -> MessageMemory.of(Request.getDescriptor(), bytes, bytes.length))
                    .isInstanceOf(InvalidProtocolBufferException.class);
        }
        AnyValue deep = AnyValue.newBuilder().setIntValue(1).build();
        for (int i = 0; i < 200; i++) {
            deep = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(deep)).build();
        }
        AnyValue deepest = deep;
        assertThatThrownBy(() -> memory(deepest)).isInstanceOf(InvalidProtocolBufferException.class)
                .hasMessageContaining("at most 100 deep");
    }

    private static long memory(Message message) throws InvalidProtocolBufferException {
        byte[] bytes = message.toByteArray();
        return MessageMemory.of(message.getDescriptorForType(), bytes, bytes.length);
    }
}
