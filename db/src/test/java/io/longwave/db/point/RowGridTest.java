package io.longwave.db.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RowGridTest {
    @Test
    void aTimeBelongsToTheRowThatIsNearestToIt() {
        RowGrid grid = RowGrid.through(1_000_000_003L, 1000);
        assertThat(grid).isEqualTo(new RowGrid(1000, 3));
        assertThat(grid.time(grid.row(1_000_000_003))).isEqualTo(1_000_000_003);
        assertThat(grid.row(1_000_000_502)).isEqualTo(grid.row(1_000_000_003));
        assertThat(grid.row(1_000_000_503)).as("as near to the next").isEqualTo(grid.row(1_000_000_003) + 1);
        assertThat(grid.row(999_999_503)).isEqualTo(grid.row(1_000_000_003));
        assertThat(grid.row(999_999_502)).isEqualTo(grid.row(1_000_000_003) - 1);
        assertThat(grid.row(-997)).isEqualTo(-1);
        assertThat(grid.time(-1)).isEqualTo(-997);
    }

    @Test
    void everyTimeLiesBetweenTheStartOfItsRowAndThatOfTheNextToTheEndsOfTime() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            long step = Math.max(RowGrid.SHORTEST_STEP, random.nextLong(RowGrid.LONGEST_STEP) >>> random.nextInt(50));
            RowGrid grid = new RowGrid(step, random.nextLong(step));
            long time = switch (i % 4) {
                case 0 -> Long.MAX_VALUE - (random.nextLong() >>> 1 + random.nextInt(62));
                case 1 -> Long.MIN_VALUE + (random.nextLong() >>> 1 + random.nextInt(62));
                default -> random.nextLong();
            };
            BigInteger big = BigInteger.valueOf(grid.phaseNanos() - step / 2)
                    .add(BigInteger.valueOf(grid.row(time)).multiply(BigInteger.valueOf(step)));
            assertThat(BigInteger.valueOf(time).subtract(big)).as("%s %d", grid, time).isBetween(BigInteger.ZERO,
                    BigInteger.valueOf(step - 1));
            assertThat(grid.start(grid.row(time))).isLessThanOrEqualTo(time);
            assertThat(grid.start(grid.row(time) + 1)).isGreaterThanOrEqualTo(time);
        }
    }

    @Test
    void aStepIsAMicrosecondToAYear() {
        assertThatThrownBy(() -> RowGrid.through(5, 999)).hasMessage("step: expected 1000 ns to 366 days but was 999 ns");
        assertThatThrownBy(() -> RowGrid.through(5, -4)).hasMessage("step: expected 1000 ns to 366 days but was -4 ns");
        assertThatThrownBy(() -> RowGrid.through(5, Long.MAX_VALUE)).hasMessageContaining("expected 1000 ns to 366 days");
        assertThatThrownBy(() -> new RowGrid(1000, 1000)).hasMessage("phase: expected 0 to 999 ns but was 1000");
    }
}
