package io.longwave.api.classification;

import io.longwave.db.classification.ResultRow;
import io.longwave.wire.ClassificationAnswer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

@Schema(name = "Classification", description = "What a model says of a recording, or of a stretch of one; or why it says nothing.")
record ResultView(@Schema(description = "Name of the file, of a record without ending.", example = "7_jackson_12.wav") String recording,
        @Schema(description = "Of the stretch in the recording, from 0: a case of a file of cases, a beat of an ECG record.") int number,
        @Schema(description = "From the start of the recording to the beat; null for other stretches.", example = "12.347") @Nullable Double seconds,
        @Schema(description = "The likeliest class; null where there is a problem.", example = "7") @Nullable String label,
        @Schema(description = "Probability of the label.", example = "0.993") @Nullable Double probability,
        @Schema(description = "Probabilities by class; empty where there is a problem.", example = "{\"6\":0.004,\"7\":0.993}") Map<String, Double> probabilities,
        @Schema(description = "What was expected and what was found; null where there is an answer.") @Nullable String problem) {

    /** @param classes in the order of the probabilities */
    static ResultView of(List<String> classes, ResultRow row) {
        return of(classes, row.recording(), row.number(), row.seconds(), row.label(),
                row.probabilities().stream().map(Float::doubleValue).toList(), row.problem());
    }

    static ResultView of(List<String> classes, ClassificationAnswer.Result result) {
        return of(classes, result.name(), 0, null, result.label(), result.probabilities(), result.problem());
    }

    private static ResultView of(List<String> classes, String recording, int number, @Nullable Double seconds, @Nullable String label,
            List<Double> probabilities, @Nullable String problem) {
        Map<String, Double> byClass = new LinkedHashMap<>();
        for (int c = 0; c < probabilities.size(); c++) {
            byClass.put(classes.get(c), probabilities.get(c));
        }
        return new ResultView(recording, number, seconds, label, label == null ? null : byClass.get(label), byClass, problem);
    }
}
