package io.longwave.ssm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.catalog.ModelFamilies;

/** Kernels and models of every family against the numbers of other programs. */
class GoldenCasesTest {
    private static final Path CASES = Path.of("src/test/resources/golden");
    private static final List<Kernels> BACKENDS = List.of(new ReferenceKernels(), new SimdKernels(2));

    static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyPublishedNumberIsReproducedWithinItsBound(Path file) {
        for (GoldenResult result : new GoldenRunner(ModelFamilies.goldenChecks()).run(file, BACKENDS)) {
            System.out.println(result.line());
            assertThat(result.failed()).as(result.line()).isFalse();
        }
    }
}
