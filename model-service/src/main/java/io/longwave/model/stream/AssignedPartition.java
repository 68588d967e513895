package io.longwave.model.stream;

import io.longwave.model.stream.StreamPartitionStatus.Phase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One assigned partition. The poll thread counts its batches, its worker changes its phase, everybody may look. */
final class AssignedPartition {
    final int number;
    final Executor worker;
    /** Batches handed to the worker and not yet done; for the poll thread only. */
    int inFlight;

    /** When the first record of each batch in flight was written, in milliseconds since the epoch; first come first. */
    private final Queue<Long> written = new ConcurrentLinkedQueue<>();
    private volatile Phase phase = Phase.CLAIMING;
    private volatile @Nullable String problem;
    private volatile @Nullable PartitionProcessor processor;
    private volatile @Nullable Long nextOffset;
    private volatile @Nullable Long lag;
    private volatile boolean revoked;

    AssignedPartition(int number, Executor worker) {
        this.number = number;
        this.worker = worker;
    }

    Phase phase() {
        return phase;
    }

    boolean revoked() {
        return revoked;
    }

    void revoke() {
        revoked = true;
    }

    @Nullable
    PartitionProcessor processor() {
        return processor;
    }

    void claiming() {
        phase = Phase.CLAIMING;
        problem = null;
    }

    void running(PartitionProcessor claimed, long from) {
        processor = claimed;
        nextOffset = from;
        phase = Phase.RUNNING;
    }

    void committed(long next) {
        nextOffset = next;
    }

    /** Offset up to which everything is in the database; null before the partition runs. */
    @Nullable
    Long nextOffset() {
        return nextOffset;
    }

    void lost() {
        phase = Phase.LOST;
    }

    void stop(String sentence) {
        problem = sentence;
        phase = Phase.STOPPED;
    }

    void lag(long records) {
        lag = records;
    }

    /** A batch whose first record was written at that time is handed to the worker. */
    void begins(long writtenMillis) {
        written.add(writtenMillis);
    }

    /** The worker is done with the batch that was handed to it first. */
    void ends() {
        written.poll();
    }

    /** For how long the oldest record in flight has been on its way, in milliseconds; 0 if there is none. */
    long delay(long nowMillis) {
        Long oldest = written.peek();
        return oldest == null ? 0 : Math.max(0, nowMillis - oldest);
    }

    StreamPartitionStatus status() {
        return new StreamPartitionStatus(number, phase, problem, nextOffset, lag);
    }
}
