package io.longwave.ssm.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.longwave.backend.Backends;
import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.mamba.ScanGoldenCheck;
import io.longwave.ssm.spacetime.SpaceTimeFamily;
import io.longwave.ssm.spacetime.SpaceTimeStreamingModel;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.MeanPathForecaster;
import io.longwave.train.ScaleAugmentedForecaster;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.reconstruct.ReconstructorFamily;

/** Families that can be trained to forecast, how their stored models serve a stream, and the golden checks of all families. */
public final class ModelFamilies {

    private static final List<ForecasterFamily> FORECASTERS = List
            .of(MeanPathForecaster.family(ScaleAugmentedForecaster.family(new SpaceTimeFamily(Backends.onFirstUse()), 0.7)));

    private static final Map<String, Function<StoredModel, StreamingModel>> STREAMING = Map.of(SpaceTimeFamily.NAME,
            SpaceTimeStreamingModel::open);

    private ModelFamilies() {}

    public static List<ForecasterFamily> forecasters() {
        return FORECASTERS;
    }

    public static Optional<ForecasterFamily> forecaster(String name) {
        return FORECASTERS.stream().filter(family -> family.name().equals(name)).findFirst();
    }

    public static List<ClassifierFamily> classifiers() {
        return List.of();
    }

    public static List<ReconstructorFamily> reconstructors() {
        return List.of();
    }

    /**
     * A stored model as a stream runs it.
     *
     * @throws CheckpointException if its family cannot serve a stream, or configuration or weights are not those of the family
     */
    public static StreamingModel streaming(StoredModel stored) {
        Function<StoredModel, StreamingModel> opening = STREAMING.get(stored.card().family());
        if (opening == null) {
            throw new CheckpointException(stored.directory(),
                    "expected a family that can serve a stream, one of " + STREAMING.keySet() + ", but was " + stored.card().family());
        }
        return opening.apply(stored);
    }

    /** What knows the kinds of golden cases. */
    public static List<GoldenCheck> goldenChecks() {
        List<GoldenCheck> checks = new ArrayList<>(SpaceTimeFamily.goldenChecks());
        checks.addAll(ScanGoldenCheck.all());
        return List.copyOf(checks);
    }
}
