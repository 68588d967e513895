package io.longwave.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.cuda.LaunchShape;

/** What blocks ask for fits the device. */
class SharedMemoryTest {

    /** Hopper, A100, cards for desks, and the least that any card has. */
    @ParameterizedTest
    @CsvSource({"232448, 16384", "166912, 8192", "101376, 4096", "49152, 1024"})
    void aCardWithLessSharedMemoryKeepsShorterRowsOnTheChip(int sharedBytes, int expected) {
        assertThat(RowBlocks.largestFor(sharedBytes)).isEqualTo(expected);
    }

    @Test
    void askingForMoreThanABlockHasIsRefusedBeforeItIsQueued() {
        Launcher launcher = new Launcher(TestedKernels.device(1));
        int most = launcher.properties().sharedBytesPerBlock();
        assertThatThrownBy(() -> launcher.launch("fill", LaunchShape.of(1, 32).shared(most + 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("fill: expected to need at most " + most
                        + " bytes of shared memory, what a block of " + launcher.properties().name() + " has, but was " + (most + 1));
    }
}
