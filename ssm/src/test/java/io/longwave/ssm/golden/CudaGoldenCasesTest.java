package io.longwave.ssm.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.longwave.kernel.cuda.TestedKernels;
import io.longwave.ssm.catalog.ModelFamilies;

/** The CUDA kernels, over the host shim, against the numbers of other programs. */
class CudaGoldenCasesTest {

    static List<Path> cases() throws IOException {
        return GoldenCasesTest.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyPublishedNumberIsReproducedWithinItsBound(Path file) {
        for (GoldenResult result : new GoldenRunner(ModelFamilies.goldenChecks()).run(file, List.of(TestedKernels.shared()))) {
            System.out.println(result.line());
            assertThat(result.failed()).as(result.line()).isFalse();
        }
    }
}
