package io.longwave.api.inference;

import io.longwave.api.classification.RecordingClassifications;
import io.longwave.api.problem.ProblemException;
import io.longwave.db.series.TenantScope;
import io.longwave.wire.ClassificationAnswer;
import io.longwave.wire.ClassificationRequest.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Recordings [B, V, L] to probabilities [B, C], the likeliest class [B], and what the classes are called [C]. */
@Component
final class Classifier implements ServedModel {
    private static final String INPUT = "recordings";

    private final RecordingClassifications classifications;

    Classifier(RecordingClassifications classifications) {
        this.classifications = classifications;
    }

    @Override
    public List<Signature> inputs() {
        return List.of(Signature.of(INPUT, Datatype.FP64, -1, -1, -1));
    }

    @Override
    public List<Signature> outputs() {
        return List.of(Signature.of("probabilities", Datatype.FP64, -1, -1), Signature.of("label", Datatype.BYTES, -1),
                Signature.of("classes", Datatype.BYTES, -1));
    }

    @Override
    public List<OutputTensor> infer(TenantScope scope, String model, InferenceRequest request) {
        request.checkParameters(Set.of());
        List<Recording> recordings = new ArrayList<>();
        for (double[][] channels : request.only(INPUT).sequences()) {
            recordings.add(new Recording("", channels));
        }
        ClassificationAnswer answer = classifications.of(model, recordings);
        List<String> labels = new ArrayList<>();
        List<Double> probabilities = new ArrayList<>();
        for (ClassificationAnswer.Result result : answer.results()) {
            String label = result.label();
            if (label == null) {
                throw ProblemException.badParameter(INPUT + "[" + labels.size() + "]", "a recording that can be classified",
                        String.valueOf(result.problem()));
            }
            labels.add(label);
            probabilities.addAll(result.probabilities());
        }
        List<String> classes = answer.classes();
        return List.of(OutputTensor.labelled("probabilities", probabilities.stream().mapToDouble(x -> x).toArray(), classes, labels.size(),
                classes.size()),
                OutputTensor.texts("label", labels, labels.size()), OutputTensor.texts("classes", classes, classes.size()));
    }
}
