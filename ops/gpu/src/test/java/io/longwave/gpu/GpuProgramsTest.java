package io.longwave.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.longwave.backend.Backends;
import io.longwave.cuda.ShimDriver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The programs of the bundle over a driver that runs kernels on the processor: what they report, not how fast. */
class GpuProgramsTest {
    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void needsKernels() {
        Assumptions.assumeTrue(Backends.hasCudaKernels(), "no nvcc when this was built: there is no fatbin to load");
    }

    private JsonNode report(Class<?> program, String... more) throws IOException {
        Path report = folder.resolve("report.json");
        String[] arguments = new String[1 + more.length];
        arguments[0] = report.toString();
        System.arraycopy(more, 0, arguments, 1, more.length);
        ShimDriver.Result result = ShimDriver.run(Map.of(), List.of("-Xmx512m"), program, arguments);
        assertThat(result.exit()).as(result.output()).isZero();
        JsonNode json = JsonMapper.shared().readTree(Files.readString(report));
        assertThat(json.path("device").asString()).contains("Host shim").contains("driver for CUDA");
        assertThat(json.path("command").asString()).isNotBlank();
        assertThat(json.path("date").asString()).isNotBlank();
        return json;
    }

    @Test
    void trainingsOnTheDeviceRunTogetherWithThoseOnTheProcessor() throws IOException {
        JsonNode json = report(RunTrain.class, "2", "128");
        for (String model : List.of("spacetime", "s4d")) {
            assertThat(json.path(model).path("together").asBoolean()).as(json.toPrettyString()).isTrue();
            assertThat(json.path(model).path("deviceLosses").size()).isEqualTo(2);
        }
    }

    @Test
    void theBenchmarkGivesEveryLengthItsTimeAndItsFloor() throws IOException {
        JsonNode json = report(RunBench.class, "1024", "", "convolutions");
        assertThat(json.has("tick")).isFalse();
        assertThat(json.path("copyBytesPerMicrosecond").asDouble()).isPositive();
        assertThat(json.path("convolutions").size()).isEqualTo(3);
        for (JsonNode row : json.path("convolutions")) {
            for (String way : List.of("microseconds", "restedMicroseconds")) {
                assertThat(row.path(way).size()).isEqualTo(3);
                row.path(way).forEach(time -> assertThat(time.asDouble()).isPositive());
            }
            assertThat(row.path("floorMicroseconds").asDouble()).isPositive();
        }
    }

    @Test
    void theBenchmarkGivesTheTickAndItsStepsTimesAndFloors() throws IOException {
        JsonNode json = report(RunBench.class, "2048", "", "tick");
        assertThat(json.has("convolutions")).isFalse();
        assertThat(json.path("tick").path("stateBytes").asDouble()).isEqualTo(4.0 * 48 * 4 * 64 * 16);
        for (String row : List.of("call by call", "replayed", "replayed, with samples and outputs")) {
            requireTimes(json.path("tick").path(row));
        }
        for (String row : List.of("diagonal step", "selective step", "linear layer", "mixing")) {
            requireTimes(json.path("steps").path(row));
        }
    }

    private static void requireTimes(JsonNode row) {
        assertThat(row.path("microseconds").asDouble()).isPositive();
        assertThat(row.path("floorMicroseconds").asDouble()).isPositive();
    }
}
