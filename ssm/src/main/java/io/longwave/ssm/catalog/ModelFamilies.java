package io.longwave.ssm.catalog;

import io.longwave.train.ForecasterFamily;
import java.util.List;
import java.util.Optional;

/** Families that can be trained to forecast. */
public final class ModelFamilies {

    private static final List<ForecasterFamily> FORECASTERS = List.of();

    private ModelFamilies() {}

    public static List<ForecasterFamily> forecasters() {
        return FORECASTERS;
    }

    public static Optional<ForecasterFamily> forecaster(String name) {
        return FORECASTERS.stream().filter(family -> family.name().equals(name)).findFirst();
    }
}
