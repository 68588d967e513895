package io.longwave.model.stream;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the stream.
 *
 * @param partitions of the samples topic; checked against Kafka
 * @param group consumer group of all instances of this service
 * @param workers transactions in the works at a time, each of another partition: models are stepped and rows are written
 * @param maxPollRecords most records of one batch
 * @param partitionFetch most bytes fetched of a partition at once, compressed; what twice as much unfolds to is held per partition
 * @param fetch most bytes fetched of a broker at once
 * @param farFuture how far a sample may lie after the timestamp of its record
 * @param checkpointEvery samples of a series after which its state is saved at the latest; as many points are read and stepped again when the series comes back to memory
 * @param residentMemory for the states of series, as far as they are kept in memory: other series are read from the database when a sample comes; null for 40 % of the largest heap. A
 *        transaction has records of half as many series
 * @param reclaimAfter pause before a partition that another owner took, but that is still assigned here, is claimed again
 * @param lockTimeout longest wait for a row lock
 * @param idleTimeout longest pause inside a transaction
 * @param transactionTimeout longest transaction
 * @param topicTimeout how long the start waits for Kafka before it goes on in the background
 * @param advertisedUrl where other services reach this instance; null to find out
 */
@ConfigurationProperties(prefix = "longwave.stream", ignoreUnknownFields = false)
record StreamProperties(@DefaultValue("8") int partitions, @DefaultValue("longwave-model") String group,
        @DefaultValue("4") int workers, @DefaultValue("2000") int maxPollRecords, @DefaultValue("1MB") DataSize partitionFetch,
        @DefaultValue("16MB") DataSize fetch, @DefaultValue("24h") Duration farFuture, @DefaultValue("64") int checkpointEvery,
        @Nullable DataSize residentMemory,
        @DefaultValue("2s") Duration reclaimAfter, @DefaultValue("5s") Duration lockTimeout, @DefaultValue("30s") Duration idleTimeout,
        @DefaultValue("120s") Duration transactionTimeout, @DefaultValue("10s") Duration topicTimeout, @Nullable URI advertisedUrl) {

    StreamProperties {
        if (partitions < 1 || workers < 1 || maxPollRecords < 1 || checkpointEvery < 1 || residentBytes(residentMemory) < 1) {
            throw new IllegalArgumentException("longwave.stream: partitions, workers, max-poll-records, checkpoint-every and "
                    + "resident-memory must be at least 1");
        }
        if (advertisedUrl != null && !(advertisedUrl.toString().matches("https?://[^/?#]+/?") && advertisedUrl.getHost() != null)) {
            throw new IllegalArgumentException(
                    "longwave.stream.advertised-url: expected http:// or https:// with a host and perhaps a port, "
                            + "the same for no two instances, but was " + advertisedUrl);
        }
    }

    long residentBytes() {
        return residentBytes(residentMemory);
    }

    private static long residentBytes(@Nullable DataSize asked) {
        return asked == null ? ResidentMemory.ofHeap(Runtime.getRuntime().maxMemory()) : asked.toBytes();
    }

    /** A permit for each worker, given in the order in which they are asked for. */
    Semaphore turns() {
        return new Semaphore(workers, true);
    }

    TransactionLimits limits() {
        return new TransactionLimits(lockTimeout, idleTimeout, transactionTimeout);
    }
}
