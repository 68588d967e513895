package io.longwave.bench.convolution;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How many times faster than others is a causal convolution of N numbers with N taps? All libraries take turns in one process, so that what
 * else the machine does meets all of them alike; a ratio is of two neighbours in time, and the median of the ratios is reported with the
 * range of their middle half. One thread is measured in processor time, two in elapsed time.
 *
 * <p>Without arguments it starts itself for one and for two threads with the allocator of libtorch tuned (it keeps freed memory, huge
 * pages). The first argument may name a file for the raw numbers.
 */
public final class LongConvolutionPairs {
    private static final int[] LENGTHS = {1024, 4096, 16_384, 65_536};
    private static final int ROUNDS = Integer.getInteger("rounds", 21);
    private static final long NANOS_PER_MEASUREMENT = 60_000_000;
    private static final String ALLOCATOR = "glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=8589934592:glibc.malloc.hugetlb=1";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LongConvolutionPairs() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 2 && args[0].equals("--measure")) {
            measure(Integer.parseInt(args[1]));
            return;
        }
        ArrayNode all = JSON.createArrayNode();
        for (int threads = 1; threads <= 2; threads++) {
            all.addAll(child(threads));
        }
        print(all);
        if (args.length == 1) {
            Files.writeString(Path.of(args[0]), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
        }
    }

    private static ArrayNode child(int threads) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx3g", "-XX:+UseTransparentHugePages",
                "-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=" + threads, "-Dai.djl.pytorch.num_interop_threads=1",
                "-Drounds=" + ROUNDS, "-cp", System.getProperty("java.class.path"), LongConvolutionPairs.class.getName(), "--measure",
                String.valueOf(threads)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.put("GLIBC_TUNABLES", ALLOCATOR);
        environment.put("OMP_NUM_THREADS", String.valueOf(threads));
        environment.put("MKL_NUM_THREADS", String.valueOf(threads));
        Process process = builder.start();
        ArrayNode result = JSON.createArrayNode();
        try (var lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    result = (ArrayNode) JSON.readTree(line);
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the measuring process ended with " + process.exitValue());
        }
        return result;
    }

    private static void measure(int threads) {
        ArrayNode rows = JSON.createArrayNode();
        for (int length : LENGTHS) {
            Problem problem = Problem.ofLength(length);
            List<Convolver> convolvers = Convolver.all(problem, threads).stream().map(make -> make.get()).toList();
            requireAgreement(convolvers);
            for (Convolver convolver : convolvers) {
                for (int i = 0; i < 20; i++) {
                    nanosPerCall(convolver, threads); // warm: a good second each
                }
            }
            double[][] nanos = new double[convolvers.size()][ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < convolvers.size(); i++) {
                    nanos[i][round] = nanosPerCall(convolvers.get(i), threads) / problem.numbers();
                }
            }
            for (int i = 0; i < convolvers.size(); i++) {
                ObjectNode row = rows.addObject().put("library", convolvers.get(i).name()).put("threads", threads)
                        .put("clock", threads == 1 ? "processor time" : "elapsed").put("length", length)
                        .put("channels", problem.channels()).put("batch", problem.batch());
                ArrayNode values = row.putArray("nanosPerNumber");
                Arrays.stream(nanos[i]).forEach(values::add);
            }
            convolvers.forEach(Convolver::close);
        }
        System.out.println(JSON.writeValueAsString(rows));
    }

    private static void requireAgreement(List<Convolver> convolvers) {
        convolvers.forEach(Convolver::convolve);
        float[] expected = convolvers.getFirst().result();
        for (Convolver other : convolvers) {
            float[] found = other.result();
            double largest = 0;
            double error = 0;
            for (int i = 0; i < expected.length; i++) {
                largest = Math.max(largest, Math.abs(expected[i]));
                error = Math.max(error, Math.abs(expected[i] - found[i]));
            }
            if (!(error < 1e-5 * largest)) {
                throw new IllegalStateException(other.name() + " computes something else: differs by " + error + " of " + largest);
            }
        }
    }

    private static double nanosPerCall(Convolver convolver, int threads) {
        long start = now(threads);
        long end = start;
        int calls = 0;
        while (end - start < NANOS_PER_MEASUREMENT) {
            convolver.convolve();
            calls++;
            end = now(threads);
        }
        return (double) (end - start) / calls;
    }

    private static long now(int threads) {
        return threads == 1 ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }

    private static void print(ArrayNode rows) {
        System.out.println("| threads | N | channels x batch | longwave ns/number | libtorch ns/number | JTransforms ns/number "
                + "| libtorch / longwave | JTransforms / longwave |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (int i = 0; i + 2 < rows.size(); i += 3) {
            double[] ours = values(rows, i);
            System.out.printf(Locale.ROOT, "| %d | %d | %d x %d | %.2f | %.2f | %.2f | %s | %s |%n", rows.get(i).get("threads").intValue(),
                    rows.get(i).get("length").intValue(), rows.get(i).get("channels").intValue(), rows.get(i).get("batch").intValue(),
                    quantile(ours, 0.5), quantile(values(rows, i + 1), 0.5), quantile(values(rows, i + 2), 0.5),
                    ratio(values(rows, i + 1), ours), ratio(values(rows, i + 2), ours));
        }
    }

    private static double[] values(ArrayNode rows, int i) {
        ArrayNode values = (ArrayNode) rows.get(i).get("nanosPerNumber");
        double[] out = new double[values.size()];
        for (int n = 0; n < out.length; n++) {
            out[n] = values.get(n).doubleValue();
        }
        return out;
    }

    private static String ratio(double[] peer, double[] ours) {
        double[] ratios = new double[ours.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = peer[i] / ours[i];
        }
        return String.format(Locale.ROOT, "**%.1f** (%.1f to %.1f)", quantile(ratios, 0.5), quantile(ratios, 0.25),
                quantile(ratios, 0.75));
    }

    private static double quantile(double[] values, double q) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(q * (sorted.length - 1))];
    }
}
