package io.longwave.api.classification;

import io.longwave.api.model.KnownModels;
import io.longwave.api.modelservice.ModelService;
import io.longwave.api.problem.ProblemException;
import io.longwave.wire.ClassificationAnswer;
import io.longwave.wire.ClassificationRequest;
import io.longwave.wire.ClassificationRequest.Recording;
import java.util.List;
import org.springframework.stereotype.Component;

/** What classifiers say of recordings that a request brings as numbers, however it writes them. */
@Component
public final class RecordingClassifications {
    /** What a registered model does that can be asked. */
    public static final String TASK = "classify";

    static final int MAX_RECORDINGS = 1000;
    private static final int MAX_SAMPLES = 2_000_000;

    private final KnownModels models;
    private final ModelService modelService;

    RecordingClassifications(KnownModels models, ModelService modelService) {
        this.models = models;
        this.modelService = modelService;
    }

    /**
     * What the model says of each recording.
     *
     * @param model id of a registered model
     * @throws ProblemException if that is no question, or too large a one, or there is no such classifier
     */
    public ClassificationAnswer of(String model, List<Recording> recordings) {
        if (recordings.isEmpty() || recordings.size() > MAX_RECORDINGS) {
            throw badRecordings("1 to " + MAX_RECORDINGS + " recordings", recordings.size());
        }
        long samples = 0;
        for (Recording recording : recordings) {
            for (double[] channel : recording.channels()) {
                samples += channel.length;
            }
        }
        if (samples > MAX_SAMPLES) {
            throw badRecordings("at most " + MAX_SAMPLES + " samples together; POST /api/v1/classifications takes more, as files", samples);
        }
        return modelService.classify(new ClassificationRequest(classifier(model), recordings));
    }

    /** @return the id, if it is that of a classifier */
    String classifier(String id) {
        return models.availableFor(id, TASK).id();
    }

    static ProblemException badRecordings(String expected, Object found) {
        return ProblemException.badParameter("recordings", expected, found);
    }
}
