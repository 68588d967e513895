package io.longwave.kernel;

import java.util.Locale;

/** How a trained number becomes one of limited range; the same bits on every machine, since the recurrences of streams are made of such numbers. */
public enum Transform {
    NONE,
    EXP,
    SOFTPLUS,
    /** max(x, 0) + 1e-4. */
    RELU,
    SIGMOID;

    private static final double RELU_FLOOR = 1e-4;

    /** Reads {@code none}, {@code exp}, {@code softplus}, {@code relu}, {@code sigmoid}. */
    public static Transform of(String name) {
        for (Transform transform : values()) {
            if (transform.label().equals(name)) {
                return transform;
            }
        }
        throw new IllegalArgumentException("transform: expected none, exp, softplus, relu or sigmoid but was " + name);
    }

    /** The name in configurations. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public double value(double x) {
        return switch (this) {
            case NONE -> x;
            case EXP -> StrictMath.exp(x);
            case SOFTPLUS -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
            case RELU -> Math.max(x, 0) + RELU_FLOOR;
            case SIGMOID -> logistic(x);
        };
    }

    /** The derivative of {@link #value}. */
    public double slope(double x) {
        return switch (this) {
            case NONE -> 1;
            case EXP -> StrictMath.exp(x);
            case SOFTPLUS -> logistic(x);
            case RELU -> x > 0 ? 1 : 0;
            case SIGMOID -> logistic(x) * logistic(-x);
        };
    }

    /**
     * The x with this value.
     *
     * @throws IllegalArgumentException if the value is out of the range of the transform
     */
    public double inverse(double y) {
        boolean inRange = switch (this) {
            case NONE -> true;
            case EXP, SOFTPLUS -> y > 0;
            case RELU -> y >= RELU_FLOOR;
            case SIGMOID -> y > 0 && y < 1;
        };
        if (!inRange) {
            throw new IllegalArgumentException("transform " + label() + ": expected a value in its range but was " + y);
        }
        return switch (this) {
            case NONE -> y;
            case EXP -> StrictMath.log(y);
            case SOFTPLUS -> y + StrictMath.log(-StrictMath.expm1(-y));
            case RELU -> y - RELU_FLOOR;
            case SIGMOID -> StrictMath.log(y / (1 - y));
        };
    }

    private static double logistic(double x) {
        return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
    }
}
