package io.longwave.db.classification;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a stretch of a recording, or of a recording that could not be classified.
 *
 * @param ordinal of the recording in its job, from 0
 * @param number of the stretch in the recording, from 0
 * @param seconds from the start of the recording to the beat; null for other stretches
 * @param label null where there is a problem
 * @param probabilities of the classes of the job; empty where there is a problem
 * @param problem what was expected and what was found; null where there is an answer
 */
public record ResultRow(int ordinal, String recording, int number, @Nullable Double seconds, @Nullable String label,
        List<Float> probabilities, @Nullable String problem) {
    public ResultRow {
        probabilities = List.copyOf(probabilities);
    }
}
