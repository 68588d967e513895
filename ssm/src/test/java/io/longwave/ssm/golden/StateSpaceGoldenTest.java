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

/** HiPPO, S4, S4D, DSS and S4-PTD against the numbers of other programs. */
class StateSpaceGoldenTest {
    private static final Path CASES = Path.of("src/test/resources/golden");
    private static final List<Kernels> BACKENDS = List.of(new ReferenceKernels(), new SimdKernels(2));
    private static final List<String> KINDS = List.of("hippo_", "nplr_", "dense_", "s4_", "s4d_", "dss_", "ptd_", "longconv-vandermonde-");

    static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files.filter(file -> KINDS.stream().anyMatch(file.getFileName().toString()::startsWith)).sorted().toList();
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
