package io.longwave.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks any model-service instance to have series judged jointly: {@code POST} {@value #PATH}. Answered with 204 once the group is in the database; 404 when the
 * model is not registered or a series does not exist, 422 when the model cannot judge rows of these series or the name belongs to other series, each as a
 * problem detail (RFC 9457). A group of the same series and step takes the model over from where it is. {@code DELETE} {@value #PATH}{@code /<id>} removes one; 404 if
 * there is none.
 *
 * @param name of the group, as {@link #isName} has it
 * @param model registered model id
 * @param series canonical series keys, in the order of the model's columns
 * @param stepNanos distance of two rows; null for that of the data the model was trained on, or of the first series
 * @param fromNanos rows from this time on are judged; null for those that are yet to come
 */
public record GroupRequest(String name, String model, List<String> series, @Nullable Long stepNanos, @Nullable Long fromNanos) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/groups";
    /** What a name looks like. */
    public static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    /** Most series of a group. */
    public static final int MAX_SERIES = 1000;

    public GroupRequest {
        series = List.copyOf(series);
    }

    /** Whether a text can be the name of a group. */
    public static boolean isName(String text) {
        return text.matches(NAME);
    }
}
