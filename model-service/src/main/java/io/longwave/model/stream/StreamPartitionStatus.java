package io.longwave.model.stream;

import org.jspecify.annotations.Nullable;

/**
 * How one assigned partition is doing.
 *
 * @param problem one sentence when it is stopped
 * @param nextOffset of the last commit; null before the claim
 * @param lag records behind the end of the log; null until known
 */
public record StreamPartitionStatus(int partition, Phase phase, @Nullable String problem, @Nullable Long nextOffset, @Nullable Long lag) {

    /** Where a partition is between its assignment and its revocation. */
    public enum Phase {
        /** Assigned; its position is being claimed. */
        CLAIMING,
        /** Records become rows. */
        RUNNING,
        /** Another owner took it; it is claimed again if it stays assigned. */
        LOST,
        /** It needs a decision, see the problem. */
        STOPPED
    }
}
