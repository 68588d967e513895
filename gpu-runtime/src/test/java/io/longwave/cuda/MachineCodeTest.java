package io.longwave.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.longwave.cuda.MachineCode.Kernel;
import io.longwave.cuda.MachineCode.Operation;

/** What nvcc made of the kernels for Hopper; needs no device. */
class MachineCodeTest {
    private static final Path CUBIN = Path.of("target/cuda/longwave.cubin");
    private static final Path SOURCES = Path.of("src/main/resources/kernels");
    /** A source that calculates in doubles says where and why in a comment that begins so. */
    private static final Pattern REASON_FOR_DOUBLES = Pattern.compile("double: \\w+");
    private static final Pattern KERNEL = Pattern.compile("(?:\\bvoid|_KERNEL\\()\\s*(?:__launch_bounds__\\([^)]*\\)\\s*)?(\\w+)\\s*[(,]");

    private static Map<String, Kernel> kernels() throws IOException {
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
        Map<String, Kernel> found = MachineCode.read(cubin);
        assertThat(count(found, "with_doubles", Operation.DOUBLE)).isPositive();
        assertThat(count(found, "with_local_memory", Operation.LOCAL_MEMORY)).isPositive();
        assertThat(count(found, "with_tensor_cores", Operation.TENSOR_CORE)).isEqualTo(1);
        assertThat(count(found, "with_shuffle_and_barrier", Operation.SHUFFLE)).isEqualTo(1);
        assertThat(count(found, "with_shuffle_and_barrier", Operation.BARRIER)).isEqualTo(1);
        assertThat(count(found, "with_shuffle_and_barrier", Operation.DOUBLE)).isZero();
        assertThat(count(found, "with_doubles", Operation.LOCAL_MEMORY)).isZero();
        assertThat(kernel(found, "with_bounds").bounded()).isTrue();
        assertThat(kernel(found, "with_doubles").bounded()).isFalse();
        assertThat(kernel(found, "with_doubles").registers()).isBetween(4, 40);
    }

    private static int count(Map<String, Kernel> found, String kernel, Operation operation) {
        return kernel(found, kernel).count(operation);
    }

    private static Kernel kernel(Map<String, Kernel> found, String kernel) {
        return found.getOrDefault(kernel, new Kernel(Map.of(), -1, false));
    }

    private static String nvcc() {
        return Stream.of("/usr/local/cuda/bin/nvcc").filter(path -> Files.isExecutable(Path.of(path))).findFirst().orElse("nvcc");
    }

    @Test
    void noKernelKeepsAnythingInLocalMemory() throws IOException {
        kernels().forEach((name, kernel) -> assertThat(kernel.count(Operation.LOCAL_MEMORY)).as(name).isZero());
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
        kernels().forEach((name, kernel) -> {
            if (!excused.contains(name) && kernel.count(Operation.DOUBLE) != 0) {
                withoutReason.add(name);
            }
        });
        assertThat(withoutReason).isEmpty();
    }

    /** More would leave a multiprocessor less than two blocks of 256 threads; a kernel that wants more says how large its blocks are. */
    @Test
    void kernelsWithoutBoundsHaveFewRegisters() throws IOException {
        kernels().forEach((name, kernel) -> {
            assertThat(kernel.registers()).as(name).isPositive();
            if (!kernel.bounded()) {
                assertThat(kernel.registers()).as(name).isLessThanOrEqualTo(128);
            }
        });
    }

    @Test
    void kernelsNamedForSixteenBitsOrTensorsUseTensorCores() throws IOException {
        Map<String, Kernel> named = new TreeMap<>(kernels());
        named.keySet().removeIf(name -> !name.matches(".*_(b?float16|tensor)(_.*)?"));
        assertThat(named).hasSizeGreaterThan(20);
        named.forEach((name, kernel) -> assertThat(kernel.count(Operation.TENSOR_CORE)).as(name).isPositive());
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".cu")).toList();
        }
    }
}
