package io.longwave.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MissingValuesTest {

    private static final float NONE = Float.NaN;

    @Test
    void bridgesGapsByStraightLinesAndHoldsTheNearestValueAtTheEnds() {
        float[] values = {NONE, 1, NONE, NONE, 4, NONE};
        MissingValues.fill(values, 6, 1);
        assertThat(values).containsExactly(1, 1, 2, 3, 4, 4);
    }

    @Test
    void fillsEveryChannelFromItselfAndOneWithoutValuesWithZero() {
        float[] values = {0, NONE, 5, NONE, NONE, 5, 2, NONE, NONE}; // [3, 3]
        MissingValues.fill(values, 3, 3);
        assertThat(values).containsExactly(0, 0, 5, 1, 0, 5, 2, 0, 5);
    }
}
