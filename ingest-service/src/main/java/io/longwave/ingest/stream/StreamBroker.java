package io.longwave.ingest.stream;

import io.longwave.wire.BrokerUnavailableException;
import io.longwave.wire.StreamTopics;
import io.longwave.wire.StreamTopicsException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps the connection to Kafka and knows whether it works. A broker that is away at the start does not keep the service from starting:
 * writes are answered with 503 until it comes. Topics that do not fit the configuration do.
 */
final class StreamBroker implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(StreamBroker.class);

    private final Map<String, Object> adminSettings;
    private final Map<String, Object> producerSettings;
    private final String servers;
    private final int partitions;
    private final Duration checkEvery;
    private final Duration checkTimeout;

    private @Nullable Admin admin;
    private @Nullable Thread watch;
    private boolean topicsEnsured;
    private volatile @Nullable Producer<byte[], byte[]> producer;
    /** Why writes are refused; null when they are not. */
    private volatile @Nullable String trouble = "the service has not asked the broker yet";

    StreamBroker(String servers, Map<String, Object> adminSettings, Map<String, Object> producerSettings, int partitions,
            Duration checkEvery, Duration checkTimeout) {
        this.servers = servers;
        this.adminSettings = adminSettings;
        this.producerSettings = producerSettings;
        this.partitions = partitions;
        this.checkEvery = checkEvery;
        this.checkTimeout = checkTimeout;
    }

    /**
     * The producer of a broker that answered lately.
     *
     * @throws BrokerUnavailableException if it did not
     */
    Producer<byte[], byte[]> producer() {
        String why = trouble;
        Producer<byte[], byte[]> connected = producer;
        if (why != null || connected == null) {
            throw new BrokerUnavailableException(why == null ? "Kafka is not connected" : why, null);
        }
        return connected;
    }

    /** Why writes are refused, or null. */
    @Nullable
    String trouble() {
        return trouble;
    }

    @Override
    public void start() {
        try {
            check();
            trouble = null;
        } catch (BrokerUnavailableException away) {
            lost(away.getMessage());
        } catch (StreamTopicsException unfit) {
            stop();
            throw unfit;
        }
        watch = Thread.ofVirtual().name("kafka-watch").start(this::watch);
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(checkEvery);
                check();
                if (trouble != null) {
                    log.info("Kafka at {} answers; writes are accepted", servers);
                    trouble = null;
                }
            } catch (InterruptedException stopped) {
                return;
            } catch (BrokerUnavailableException away) {
                // When stopped while asking, the loop ends: the interrupt is still set.
                lost(away.getMessage());
            } catch (StreamTopicsException unfit) {
                lost(unfit.getMessage());
            }
        }
    }

    private void lost(String why) {
        if (!why.equals(trouble) && !Thread.currentThread().isInterrupted()) {
            log.warn("Writes are answered with 503: {}", why);
        }
        trouble = why;
        // Who was away may come back with other topics.
        topicsEnsured = false;
    }

    private void check() {
        try {
            Admin connected = admin;
            if (connected == null) {
                // Creating a client fails while the broker's name cannot be resolved, as in a network where it starts later.
                connected = Admin.create(adminSettings);
                admin = connected;
            }
            if (topicsEnsured) {
                connected.describeCluster().nodes().get(checkTimeout.toMillis(), TimeUnit.MILLISECONDS);
            } else {
                StreamTopics.ensure(connected, partitions, checkTimeout);
                topicsEnsured = true;
            }
            if (producer == null) {
                producer = new KafkaProducer<>(producerSettings);
            }
        } catch (KafkaException | ExecutionException | TimeoutException | BrokerUnavailableException e) {
            throw new BrokerUnavailableException("Kafka at " + servers + " (longwave.kafka.bootstrap-servers) does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("stopped while asking Kafka", e);
        }
    }

    @Override
    public void stop() {
        Thread running = watch;
        watch = null;
        if (running != null) {
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        trouble = "the service is stopping";
        Producer<byte[], byte[]> connected = producer;
        producer = null;
        if (connected != null) {
            connected.close(checkTimeout);
        }
        Admin asking = admin;
        admin = null;
        if (asking != null) {
            asking.close(checkTimeout);
        }
    }

    @Override
    public boolean isRunning() { return watch != null; }

    /** Before the web server starts, and after it has drained its requests. */
    @Override
    public int getPhase() { return 0; }
}
