package io.longwave.db.group;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group as it is now.
 *
 * @param stepNanos distance of two rows
 * @param judgedToNanos time of the last judged row; null while none is stored
 * @param problem why it does not go on; null while it does
 * @param members in the order of the model's columns, which is that of the arrays of its rows
 */
public record GroupDescription(long id, String name, String model, long stepNanos, Instant createdAt, @Nullable Long judgedToNanos,
        @Nullable String problem, List<Member> members) {
    public GroupDescription {
        members = List.copyOf(members);
    }

    /**
     * One of its series.
     *
     * @param series id; null where no series has the key now
     * @param key canonical key
     * @param display what a person reads
     * @param column of the model
     */
    public record Member(@Nullable Long series, String key, String display, String column) {}
}
