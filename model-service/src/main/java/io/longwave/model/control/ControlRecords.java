package io.longwave.model.control;

import io.longwave.model.kafka.KafkaProperties;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.stream.SampleStream;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage;
import io.longwave.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Writes control records to the stream, each beside the samples of its series, so that it takes effect at an offset. */
@Component
public class ControlRecords implements DisposableBean {
    private static final Duration DELIVERY = Duration.ofSeconds(10);

    private final SampleStream stream;
    private final Map<String, Object> kafka;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    ControlRecords(KafkaProperties kafka, SampleStream stream) {
        this.stream = stream;
        this.kafka = kafka.producer(DELIVERY);
    }

    /** One record. @param series canonical series key, which is also the record's key */
    public record Control(String series, StreamMessage message) {}

    /**
     * Returns when Kafka has every record.
     *
     * @throws RequestProblem if it does not take them in time; some of them may then be written all the same
     */
    public void write(List<Control> controls) {
        List<Future<?>> sent = new ArrayList<>();
        try {
            for (Control control : controls) {
                sent.add(producer().send(new ProducerRecord<>(Topics.SAMPLES, stream.partition(control.series()),
                        control.series().getBytes(StandardCharsets.UTF_8), StreamCodec.encode(control.message()))));
            }
            for (Future<?> future : sent) {
                future.get();
            }
        } catch (KafkaException | ExecutionException e) {
            throw RequestProblem.notReady("Kafka did not take the control records: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RequestProblem.notReady("the service stops");
        }
    }

    private synchronized KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> made = producer;
        if (made == null) {
            made = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
            producer = made;
        }
        return made;
    }

    @Override
    public synchronized void destroy() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
        }
    }
}
