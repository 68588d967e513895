package io.longwave.db.stream;

/**
 * One partition of one incarnation of a topic: a topic that was deleted and made again has another id, and its offsets mean other records.
 *
 * @param clusterId id of the Kafka cluster
 * @param topicId id of the topic in that cluster
 */
public record StreamPartition(String clusterId, String topicId, String topic, int partition) {
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
