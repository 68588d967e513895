package io.longwave.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Does the shim find what it is there to find? */
class HostShimTest {
    private final ShimDevice device = new ShimDevice(ShimDevice.ALL_ORDERS);

    private float[] run(String kernel, LaunchShape shape, int floats, Object... more) {
        DeviceMemory y = device.allocate((long) floats * Float.BYTES);
        Object[] arguments = new Object[1 + more.length];
        arguments[0] = y;
        System.arraycopy(more, 0, arguments, 1, more.length);
        device.launch(kernel, shape, arguments);
        float[] values = new float[floats];
        device.download(y, values);
        return values;
    }

    private float[] scan(String kernel) {
        float[] x = new float[64];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        DeviceMemory in = device.allocate(256);
        DeviceMemory out = device.allocate(256);
        device.upload(x, in);
        device.launch(kernel, LaunchShape.of(1, 64), in, out);
        device.download(out, x);
        return x;
    }

    @Test
    void aSoundKernelGivesItsNumbersUnderEveryOrder() {
        float[] sums = scan("shim_sound_scan");
        for (int i = 0; i < sums.length; i++) {
            assertThat(sums[i]).isEqualTo(i * (i + 1) / 2f);
        }
    }

    @Test
    void aMissingBarrierGivesOtherBitsUnderAnotherOrder() {
        assertThatThrownBy(() -> scan("shim_missing_barrier")).isInstanceOf(CudaException.class)
                .hasMessageContaining("other bits under order");
    }

    @Test
    void aWarpThatRunsAheadOverWhatAnotherHasYetToReadIsFound() {
        assertThatThrownBy(() -> scan("shim_warp_ahead")).isInstanceOf(CudaException.class)
                .hasMessageContaining("other bits under order 1");
    }

    @Test
    void sumsOfABlockMayFollowEachOtherThroughTheSameSlots() {
        // 0 + ... + 63 and 63; then each one more
        for (float total : scan("shim_sums_one_after_another")) {
            assertThat(total).isEqualTo(2016 + 63 + 2016 + 64 + 64);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "shim_divergent_barrier|__syncthreads reached by 16 of 32 threads",
            "shim_lost_lane|threads of the block wait for each other",
            "shim_mixed_collectives|lanes of one warp wait in __shfl",
            "shim_blocks_race|other bits under order 1"})
    void whatADeviceWouldLetPassIsAnError(String kernel, String message) {
        assertThatThrownBy(() -> run(kernel, LaunchShape.of(2, 32), 64)).isInstanceOf(CudaException.class).hasMessageContaining(message);
    }

    @Test
    void writingPastMemoryIsAnError() {
        assertThatThrownBy(() -> run("shim_past_the_end", LaunchShape.of(1, 1), 8, 8)).isInstanceOf(CudaException.class)
                .hasMessageContaining("outside a piece of memory of 32 bytes");
        assertThatThrownBy(() -> run("shim_past_shared", LaunchShape.of(1, 1).shared(64), 1, 16)).isInstanceOf(CudaException.class)
                .hasMessageContaining("past the end of dynamic shared memory");
    }

    @Test
    void sharedMemoryAndNewMemoryHoldNaN() {
        assertThat(run("shim_unset_shared", LaunchShape.of(3, 32).shared(128), 64)).containsOnly(Float.NaN);
        assertThat(run("shim_past_the_end", LaunchShape.of(1, 1), 2, 0)).containsExactly(1, Float.NaN);
    }

    @Test
    void anArgumentOfTheWrongKindIsNamed() {
        assertThatThrownBy(() -> run("shim_past_the_end", LaunchShape.of(1, 1), 8, 3f))
                .hasMessageContaining("expected arguments pi but was pf");
        assertThatThrownBy(() -> run("nothing", LaunchShape.of(1, 1), 8)).hasMessageContaining("no kernel nothing");
    }

    @Test
    void collectivesMeanWhatTheyMeanOnADevice() {
        float[] y = run("shim_collectives", LaunchShape.of(1, 64), 384);
        for (int t = 0; t < 64; t++) {
            int base = t / 32 * 32;
            assertThat(y[t]).as("warp_sum").isEqualTo(32 * base + 496);
            assertThat(y[64 + t]).as("__shfl_up_sync").isEqualTo(t % 8 < 3 ? t : t - 3);
            assertThat(y[128 + t]).as("__shfl_down_sync").isEqualTo(t % 32 == 31 ? t : t + 1);
            assertThat(y[192 + t]).as("__ballot_sync").isEqualTo(11);
            assertThat(y[256 + t]).as("block_sum").isEqualTo(2016);
            assertThat(y[320 + t]).as("block_max").isEqualTo(0);
        }
    }

    @Test
    void theShimHasEveryKernelOfTheSources() {
        assertThat(ShimDevice.kernels()).contains("fill", "add_to", "shim_sound_scan").doesNotHaveDuplicates();
    }
}
