package io.longwave.model.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.group.Groups.Member;
import io.longwave.db.point.RowGrid;
import io.longwave.series.SeriesKind;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompleteRowsTest {
    private static final RowGrid GRID = new RowGrid(10_000, 0);
    private static final boolean[] NOBODY = new boolean[4];
    private static final boolean[] EVERYBODY = {true, true, true, true};
    private static final long NEVER = Long.MIN_VALUE;

    @Test
    void aRowWaitsForAllSeriesAndForSilentOnesUntilHalfOfThemAreAFewRowsAhead() {
        assertThat(last(50, 50, 50)).isEqualTo(5);
        assertThat(last(50, 54, 45)).as("nearest row").isEqualTo(5);
        assertThat(last(50, 40, 60)).isEqualTo(4);
        assertThat(last(90, 40, 90)).as("two of three are ahead: row 6 has waited while 7 and 8 came").isEqualTo(6);
        assertThat(last(90, 40, 10)).as("one of three is").isEqualTo(1);
        assertThat(last(90, 90, 40, 40)).as("half are").isEqualTo(6);
        assertThat(last(90, 10)).isEqualTo(6);
    }

    @Test
    void aRowOfASeriesWithSeveralPointsInItWaitsForTheNextOne() {
        assertThat(CompleteRows.last(GRID, List.of(member(50_000, 10_000), member(50_000, 1_000)), NOBODY, 2)).isEqualTo(4);
        assertThat(CompleteRows.last(GRID, List.of(member(50_000, 8_000), member(54_999, 0)), NOBODY, 2)).isEqualTo(5);
    }

    @Test
    void aSinglePointOfTheFarFutureHurriesNobody() {
        Member stray = new Member("key", 1, SeriesKind.GAUGE, Long.MAX_VALUE, 60_000, 10_000);
        assertThat(CompleteRows.last(GRID, List.of(member(40_000, 10_000), stray), EVERYBODY, 2)).isEqualTo(5);
        assertThat(CompleteRows.last(GRID, List.of(stray, stray, member(70_000, 10_000)), EVERYBODY, 2)).isEqualTo(7);
    }

    @Test
    void aSeriesThatHasNoPointsIsWaitedForLikeOneThatIsSilent() {
        assertThat(last(90, NEVER, 90)).isEqualTo(6);
        assertThat(last(90, NEVER, NEVER)).isEqualTo(NEVER);
        assertThat(last(NEVER, NEVER)).isEqualTo(NEVER);
        assertThat(last(NEVER)).isEqualTo(NEVER);
        assertThat(last(70)).isEqualTo(7);
    }

    @Test
    void aSeriesThatStillGetsPointsIsWaitedForHoweverLateItIs() {
        List<Member> members = List.of(member(90_000, 10_000), member(40_000, 10_000), member(90_000, 10_000));
        assertThat(CompleteRows.last(GRID, members, EVERYBODY, 2)).isEqualTo(6);
        assertThat(CompleteRows.last(GRID, members, new boolean[]{false, true, false}, 2)).isEqualTo(6);
        assertThat(CompleteRows.last(GRID, members, NOBODY, 2)).isEqualTo(4);
        List<Member> two = List.of(member(90_000, 10_000), member(40_000, 10_000), member(50_000, 10_000), member(90_000, 10_000));
        assertThat(CompleteRows.last(GRID, two, new boolean[]{false, true, false, false}, 2))
                .as("without the silent one, as far as the late one")
                .isEqualTo(5);
    }

    @Test
    void aSeriesIsSilentOnceNothingCameForAWhile() {
        Silence silence = new Silence(2);
        Duration patience = Duration.ofNanos(100);
        assertThat(silence.after(List.of(member(1, 0), member(NEVER, 0)), 1000, patience)).containsExactly(false, false);
        assertThat(silence.after(List.of(member(1, 0), member(NEVER, 0)), 1099, patience)).containsExactly(false, false);
        assertThat(silence.after(List.of(member(2, 0), member(NEVER, 0)), 1100, patience)).containsExactly(false, true);
        assertThat(silence.after(List.of(member(2, 0), member(7, 0)), 1200, patience)).containsExactly(true, false);
    }

    private static long last(long... newest) {
        return CompleteRows.last(GRID, Arrays.stream(newest).mapToObj(time -> member(time == NEVER ? NEVER : 1000 * time, 10_000)).toList(),
                EVERYBODY, 2);
    }

    /** With points at the distance of rows. */
    private static Member member(long newest, long distance) {
        return new Member("key", 1, SeriesKind.GAUGE, newest, newest == NEVER ? NEVER : newest - 20_000, distance);
    }
}
