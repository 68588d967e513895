package io.longwave.ssm.chimera;

import io.longwave.kernel.GridScan.Discretization;

/** Discretizations by the names that golden cases and stored models use. */
final class DiscretizationNames {
    private DiscretizationNames() {}

    /** @throws IllegalArgumentException if the name is not known */
    static Discretization parse(String name) {
        return switch (name) {
            case "zoh" -> Discretization.ZERO_ORDER_HOLD;
            case "exp" -> Discretization.EXPONENTIAL;
            case "euler" -> Discretization.EULER;
            default -> throw new IllegalArgumentException("discretization: expected zoh, exp or euler but was " + name);
        };
    }

    static String name(Discretization discretization) {
        return switch (discretization) {
            case ZERO_ORDER_HOLD -> "zoh";
            case EXPONENTIAL -> "exp";
            case EULER -> "euler";
            case NONE -> throw new IllegalArgumentException("a model has a discretization");
        };
    }
}
