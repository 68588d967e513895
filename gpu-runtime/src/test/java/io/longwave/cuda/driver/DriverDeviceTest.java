package io.longwave.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Assumptions;

import io.longwave.cuda.ShimDriver;

/** JCuda, the queue and the pool over a driver that runs kernels on the processor. */
class DriverDeviceTest {

    @BeforeAll
    static void needsKernels() {
        Assumptions.assumeTrue(DriverDeviceTest.class.getResource("/kernels/longwave.fatbin") != null,
                "no nvcc when this was built: there is no fatbin to load");
    }

    private static String run(Map<String, String> environment, String... what) {
        ShimDriver.Result result = ShimDriver.run(environment, List.of("-Xmx256m"), DriverExercise.class, what);
        assertThat(result.exit()).as(result.output()).isZero();
        return result.output();
    }

    @Test
    void aDeviceIsFoundAndDescribed() {
        assertThat(run(Map.of())).contains("found: Host shim, compute capability 9.0, 4 GiB, driver for CUDA 13.0");
    }

    @Test
    void whyThereIsNoneIsSaid() {
        assertThat(run(Map.of("LONGWAVE_FAKE_CUDA_DEVICES", "0"))).contains("missing: the driver found no device");
        assertThat(run(Map.of("LONGWAVE_FAKE_CUDA_CAPABILITY", "7")))
                .contains("missing: Host shim: expected compute capability 8.0 or newer but was 7.0");
    }

    @Test
    void threadsOfAnyKindGetTheirNumbers() {
        assertThat(run(Map.of(), "threads", "copies")).contains("threads: agree").contains("copies: agree");
    }

    @Test
    void memoryIsUsedAgainAndFullMemoryIsAnErrorThatLeavesTheRestGood() {
        assertThat(run(Map.of("LONGWAVE_FAKE_CUDA_MEMORY", "67108864"), "reuse", "full")).contains("reuse: done")
                .contains("full: device memory: expected room for 4194304 bytes but")
                .containsPattern("full: 1[0-6] tensors good").contains("full: then [1048576]");
    }

    @Test
    void recordingsAreReplayedAndGivenBack() {
        assertThat(run(Map.of("LONGWAVE_FAKE_CUDA_MEMORY", "67108864"), "recordings")).contains("recordings: agree");
    }

    @Test
    void aFaultOfAKernelIsReportedAtTheNextWaitAndByEverythingAfterIt() {
        assertThat(run(Map.of(), "fault"))
                .contains("fault: waiting for the device failed: CUDA_ERROR_LAUNCH_FAILED, unspecified launch failure")
                .contains("after: ");
    }
}
