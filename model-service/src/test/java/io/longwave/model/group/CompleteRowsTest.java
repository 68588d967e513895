package io.longwave.model.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.group.Groups.Member;
import io.longwave.db.group.RowGrid;
import io.longwave.series.SeriesKind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CompleteRowsTest {
    private static final long NEVER = Long.MIN_VALUE;

    @Test
    void aRowWaitsForAllSeriesAndForLateOnesUntilHalfOfThemAreAFewRowsAhead() {
        assertThat(last(50, 50, 50)).isEqualTo(5);
        assertThat(last(50, 54, 45)).as("nearest row").isEqualTo(5);
        assertThat(last(50, 40, 60)).isEqualTo(4);
        assertThat(last(90, 40, 90)).as("two of three are ahead: row 6 has waited while 7 and 8 came").isEqualTo(6);
        assertThat(last(90, 40, 10)).as("one of three is").isEqualTo(1);
        assertThat(last(90, 90, 40, 40)).as("half are").isEqualTo(6);
        assertThat(last(90, 10)).isEqualTo(6);
        assertThat(last(Long.MAX_VALUE, 50, 50)).as("a time of the far future hurries nobody").isEqualTo(5);
    }

    @Test
    void aSeriesThatHasNoPointsIsWaitedForLikeOneThatIsLate() {
        assertThat(last(90, NEVER, 90)).isEqualTo(6);
        assertThat(last(90, NEVER, NEVER)).isEqualTo(NEVER);
        assertThat(last(NEVER, NEVER)).isEqualTo(NEVER);
        assertThat(last(NEVER)).isEqualTo(NEVER);
        assertThat(last(70)).isEqualTo(7);
    }

    private static long last(long... newest) {
        return CompleteRows.last(new RowGrid(10_000, 0),
                Arrays.stream(newest)
                        .mapToObj(time -> new Member("key", SeriesKind.GAUGE, time == NEVER || time == Long.MAX_VALUE ? time : 1000 * time))
                        .toList(),
                2);
    }
}
