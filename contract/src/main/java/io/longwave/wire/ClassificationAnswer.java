package io.longwave.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a stored classifier says of recordings.
 *
 * @param model its id
 * @param classes C names
 * @param results one for each recording, in the order of the request
 */
public record ClassificationAnswer(String model, List<String> classes, List<Result> results) {
    public ClassificationAnswer {
        classes = List.copyOf(classes);
        results = List.copyOf(results);
    }

    /**
     * What is said of one recording.
     *
     * @param label the likeliest class; null where there is a problem
     * @param probabilities of the classes, [C]; empty where there is a problem
     * @param problem what was expected and what was found; null where there is an answer
     */
    public record Result(String name, @Nullable String label, List<Double> probabilities, @Nullable String problem) {
        public Result {
            probabilities = List.copyOf(probabilities);
        }
    }
}
