package io.longwave.model.stream;

import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.UndecodableRecordException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record of the topic, decoded.
 *
 * @param timestamp the only clock of the stream
 * @param message null if the bytes are no message
 * @param problem what was expected and found instead; null if the bytes are a message
 * @param value bytes as they came
 */
record StreamRecord(long offset, Instant timestamp, @Nullable StreamMessage message, @Nullable String problem, byte[] value) {

    static StreamRecord of(ConsumerRecord<byte[], byte[]> record) {
        Instant timestamp = Instant.ofEpochMilli(record.timestamp());
        byte[] value = record.value();
        if (value == null) {
            return new StreamRecord(record.offset(), timestamp, null, "expected samples or a control record but the value is null",
                    new byte[0]);
        }
        try {
            return new StreamRecord(record.offset(), timestamp, StreamCodec.decode(value), null, value);
        } catch (UndecodableRecordException e) {
            return new StreamRecord(record.offset(), timestamp, null, String.valueOf(e.getMessage()), value);
        }
    }

    /** How many series it holds samples of. */
    int seriesCount() {
        return message instanceof Samples samples ? samples.series().size() : 0;
    }

    /** The series whose samples it holds, each once; none where it holds something else. */
    List<String> seriesKeys() {
        return message instanceof Samples samples ? samples.series().stream().map(SeriesSamples::key).distinct().toList() : List.of();
    }

    /** The same with what it has of these series alone; of a record of samples. */
    StreamRecord only(Set<String> keys) {
        List<SeriesSamples> some = ((Samples) Objects.requireNonNull(message)).series().stream().filter(one -> keys.contains(one.key()))
                .toList();
        return new StreamRecord(offset, timestamp, new Samples(some), problem, value);
    }

    /**
     * True if it cannot be in the transaction of the record before: a promoted model, and one of another kind of values, is warmed from the database, which
     * must hold all that came before; and a key that a series lets go of belongs to another one behind.
     */
    boolean beginsTransactionAfter(StreamRecord before) {
        return message instanceof StreamMessage.Promote || message instanceof StreamMessage.ChooseKind
                || message instanceof StreamMessage.Forget != before.message instanceof StreamMessage.Forget;
    }
}
