package io.longwave.ssm.catalog;

import java.util.List;
import java.util.Optional;

import io.longwave.backend.Backends;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.spacetime.SpaceTimeFamily;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.MeanPathForecaster;

/** Families that can be trained to forecast, and the golden checks of all families. */
public final class ModelFamilies {

    private static final List<ForecasterFamily> FORECASTERS = List
            .of(MeanPathForecaster.family(new SpaceTimeFamily(Backends.onFirstUse())));

    private ModelFamilies() {}

    public static List<ForecasterFamily> forecasters() {
        return FORECASTERS;
    }

    public static Optional<ForecasterFamily> forecaster(String name) {
        return FORECASTERS.stream().filter(family -> family.name().equals(name)).findFirst();
    }

    /** What knows the kinds of golden cases. */
    public static List<GoldenCheck> goldenChecks() {
        return List.copyOf(SpaceTimeFamily.goldenChecks());
    }
}
