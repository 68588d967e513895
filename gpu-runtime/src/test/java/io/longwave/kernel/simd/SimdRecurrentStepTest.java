package io.longwave.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.RecurrentStepContract;

class SimdRecurrentStepTest extends RecurrentStepContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }

    /** Three virtual machines: this one after the JIT has seen the loops, one that only interprets, one with lanes half as wide. */
    @Test
    void interpretedCompiledAndOnNarrowerLanesTheBitsAreTheSame() throws IOException, InterruptedException {
        String compiled = "";
        for (int i = 0; i < 300; i++) { // the loops of the last rounds are compiled ones
            compiled = StepDigest.digest(SHARED);
        }
        assertThat(inChild("-Xint")).isEqualTo(compiled);
        assertThat(inChild("-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=1")).isEqualTo(compiled);
    }

    private static String inChild(String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(flags));
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"),
                StepDigest.class.getName()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(printed).isZero();
        return printed.lines().reduce((first, second) -> second).orElse("").strip();
    }
}
