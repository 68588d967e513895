package io.longwave.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.kernel.ActivatedLinearContract;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.MatrixProductContract;
import io.longwave.kernel.cuda.GemmPlan.Choice;
import io.longwave.kernel.cuda.GemmPlan.Tile;

/** Every tile does every product, whatever size it is meant for. */
class GemmTilesTest {

    @Nested
    class LargeTileProducts extends MatrixProductContract {
        @Override
        protected Kernels kernels() {
            return TestedKernels.with(Tile.LARGE);
        }
    }

    @Nested
    class LargeTileLayers extends ActivatedLinearContract {
        @Override
        protected Kernels kernels() {
            return TestedKernels.with(Tile.LARGE);
        }
    }

    @Nested
    class TensorTileProducts extends MatrixProductContract {
        @Override
        protected Kernels kernels() {
            return TestedKernels.with(Tile.TENSOR);
        }
    }

    @Nested
    class TensorTileLayers extends ActivatedLinearContract {
        @Override
        protected Kernels kernels() {
            return TestedKernels.with(Tile.TENSOR);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 64, 100000, 64, false, SMALL", "1, 128, 65536, 128, false, TENSOR", "1, 128, 65536, 16, false, LARGE",
            "1, 256, 256, 65536, true, TENSOR", "1, 256, 256, 65536, false, SMALL", "1000, 20, 20, 20, true, SMALL"})
    void largeProductsGoToTheMatrixUnits(int groups, int m, int n, int k, boolean mayShare, Tile expected) {
        assertThat(GemmPlan.of(Choice.BY_SIZE, groups, m, n, k, mayShare).tile()).isEqualTo(expected);
    }

    @Test
    void longSumsOfFewTilesAreSharedByBlocksThatCoverAllOfK() {
        GemmPlan plan = GemmPlan.of(Choice.BY_SIZE, 1, 64, 64, 65_537, true);
        assertThat(plan.splits()).isGreaterThan(100);
        assertThat((long) plan.splits() * plan.stretch()).isGreaterThanOrEqualTo(65_537);
        assertThat((long) (plan.splits() - 1) * plan.stretch()).isLessThan(65_537);
        assertThat(GemmPlan.of(Choice.BY_SIZE, 1, 64, 64, 65_537, false).splits()).isEqualTo(1);
    }
}
