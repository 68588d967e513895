package io.longwave.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.longwave.cuda.MachineCode.Operation;

/** What nvcc made of the kernels for Hopper; needs no device. */
class MachineCodeTest {
    private static final Path CUBIN = Path.of("target/cuda/longwave.cubin");
    private static final Path SOURCES = Path.of("src/main/resources/kernels");
    /** A source that calculates in doubles says where and why in a comment that begins so. */
    private static final Pattern REASON_FOR_DOUBLES = Pattern.compile("double: \\w+");
    private static final Pattern KERNEL = Pattern.compile("(?:\\bvoid|_KERNEL\\()\\s*(?:__launch_bounds__\\([^)]*\\)\\s*)?(\\w+)\\s*[(,]");

    private static Map<String, Map<Operation, Integer>> kernels() throws IOException {
        Assumptions.assumeTrue(Files.exists(CUBIN), "no nvcc when this was built: there is no machine code to look at");
        return MachineCode.read(CUBIN);
    }

    @Test
    void everyOperationIsFoundWhereItWasPut(@TempDir Path folder) throws IOException, InterruptedException {
        kernels();
        Path cubin = folder.resolve("examples.cubin");
        Process process = new ProcessBuilder(nvcc(), "-O3", "-arch=sm_90a", "-cubin", "src/test/cuda/machine_code_examples.cu", "-o",
                cubin.toString()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        Map<String, Map<Operation, Integer>> found = MachineCode.read(cubin);
        assertThat(count(found, "with_doubles", Operation.DOUBLE)).isPositive();
        assertThat(count(found, "with_local_memory", Operation.LOCAL_MEMORY)).isPositive();
        assertThat(count(found, "with_tensor_cores", Operation.TENSOR_CORE)).isEqualTo(1);
        assertThat(count(found, "with_shuffle_and_barrier", Operation.SHUFFLE)).isEqualTo(1);
        assertThat(count(found, "with_shuffle_and_barrier", Operation.BARRIER)).isEqualTo(1);
        assertThat(count(found, "with_shuffle_and_barrier", Operation.DOUBLE)).isZero();
        assertThat(count(found, "with_doubles", Operation.LOCAL_MEMORY)).isZero();
    }

    private static int count(Map<String, Map<Operation, Integer>> found, String kernel, Operation operation) {
        return found.getOrDefault(kernel, Map.of()).getOrDefault(operation, -1);
    }

    private static String nvcc() {
        return Stream.of("/usr/local/cuda/bin/nvcc").filter(path -> Files.isExecutable(Path.of(path))).findFirst().orElse("nvcc");
    }

    @Test
    void noKernelKeepsAnythingInLocalMemory() throws IOException {
        kernels().forEach((name, counts) -> assertThat(counts.getOrDefault(Operation.LOCAL_MEMORY, -1)).as(name).isZero());
    }

    @Test
    void doublesAreUsedOnlyWhereTheSourceSaysWhy() throws IOException {
        Set<String> excused = new TreeSet<>();
        for (Path source : sources()) {
            String text = Files.readString(source);
            if (REASON_FOR_DOUBLES.matcher(text).find()) {
                Matcher matcher = KERNEL.matcher(text);
                while (matcher.find()) {
                    excused.add(matcher.group(1));
                }
            }
        }
        Set<String> withoutReason = new TreeSet<>();
        kernels().forEach((name, counts) -> {
            if (!excused.contains(name) && counts.getOrDefault(Operation.DOUBLE, -1) != 0) {
                withoutReason.add(name);
            }
        });
        assertThat(withoutReason).isEmpty();
    }

    @Test
    void kernelsNamedForSixteenBitsOrTensorFloatsUseTensorCores() throws IOException {
        kernels().forEach((name, counts) -> {
            if (name.matches(".*_(bf16|fp16|tf32)(_.*)?")) {
                assertThat(counts.getOrDefault(Operation.TENSOR_CORE, -1)).as(name).isPositive();
            }
        });
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".cu")).toList();
        }
    }
}
