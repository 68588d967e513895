package io.longwave.gpu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.longwave.gpu.Stopwatch.Times;
import io.longwave.kernel.Dropout;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.LongConvolution.Terms;
import io.longwave.kernel.cuda.ConvolutionPrecision;
import io.longwave.tensor.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How near to the memory's speed does the device run? Long convolutions by length, beside the FFT convolution of PyTorch on the same device where
 * there is one, and the tick of a stream of many series. The floor is what must pass through memory over the speed of a copy measured in the same run.
 * Convolutions are timed in long runs and in short ones at the card's full clock: what users get of nothing else, and of one layer among others.
 */
public final class RunBench {
    /** N, batch, channels: as many numbers each, but for the shortest. */
    private static final int[][] CONVOLUTIONS = {{256, 64, 768}, {512, 64, 768}, {1024, 64, 768}, {2048, 64, 768}, {4096, 64, 768},
            {8192, 64, 768}, {16_384, 32, 768}, {32_768, 16, 768}, {65_536, 8, 768}, {131_072, 8, 384}, {262_144, 8, 192}, {524_288, 8, 96},
            {1_048_576, 8, 48}};
    private static final int LONGEST = 1 << 20;
    private static final int COPIED = 1 << 28;
    private static final int RANDOM_BITS = 24;

    private RunBench() {}

    /**
     * Measures and reports.
     *
     * @param args the report's file; a divisor of batches, channels, series and the greatest length, 1 for the published tables; the script of the
     *        PyTorch peer, empty for none; the one section to run, {@code convolutions} or {@code tick}, none for all
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Section only = args.length > 3 ? Section.named(args[3]) : null;
        int divisor = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        Path script = args.length > 2 && !args[2].isEmpty() ? Path.of(args[2]) : null;
        Device device = Device.openOrExit();
        Report report = new Report("run-bench" + (divisor == 1 ? "" : " divided by " + divisor), device, Path.of(args[0]));
        System.out.println(device.description());
        double bandwidth = copy(device.kernels(), Math.max(1 << 16, COPIED / divisor / divisor));
        report.root().put("copyBytesPerMicrosecond", bandwidth);
        System.out.printf(Locale.ROOT, "copy: %.0f GB/s (read and write counted)%n", bandwidth / 1e3);
        if (only == null || only == Section.CONVOLUTIONS) {
            convolutions(device, bandwidth, divisor, script, report.root());
        }
        if (only == null || only == Section.TICK) {
            new TickBench(device.kernels(), bandwidth, divisor).run(report.root());
        }
        report.write(System.out);
    }

    /** A part of the measurements. */
    private enum Section {
        CONVOLUTIONS, TICK;

        /** @throws IllegalArgumentException that names all sections, if there is no such one */
        static Section named(String name) {
            for (Section section : values()) {
                if (section.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return section;
                }
            }
            throw new IllegalArgumentException("section: expected convolutions or tick but was " + name);
        }
    }

    private static void convolutions(Device device, double bandwidth, int divisor, @Nullable Path script, ObjectNode root)
            throws IOException, InterruptedException {
        List<int[]> shapes = new ArrayList<>();
        for (int[] shape : CONVOLUTIONS) {
            if (shape[0] <= LONGEST / divisor) {
                shapes.add(new int[]{shape[0], Math.max(1, shape[1] / divisor), Math.max(1, shape[2] / divisor)});
            }
        }
        Map<Integer, Times> peer = script == null ? Map.of() : torch(script, shapes, root);
        convolutions(device, bandwidth, shapes, peer, root.putArray("convolutions"));
    }

    /** Bytes read and written in a microsecond. */
    private static double copy(Kernels kernels, int size) {
        Tensor from = kernels.zeros(size);
        Tensor to = kernels.zeros(size);
        return 2.0 * Float.BYTES * size / new Stopwatch(kernels).sustained(() -> kernels.copy(from, to, false));
    }

    private static void convolutions(Device device, double bandwidth, List<int[]> shapes, Map<Integer, Times> peer, ArrayNode results)
            throws InterruptedException {
        System.out.println("Microseconds in runs of most of a second / of 45 ms after a rest:");
        System.out.println(
                "| N | batch x channels | floor | float32 | times the floor | bfloat16 | float16 | PyTorch | PyTorch / float32 | PyTorch / float16 |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        for (int[] shape : shapes) {
            int length = shape[0];
            int batch = shape[1];
            int channels = shape[2];
            Map<ConvolutionPrecision, Times> times = new EnumMap<>(ConvolutionPrecision.class);
            for (ConvolutionPrecision precision : ConvolutionPrecision.values()) {
                times.put(precision, convolution(device.kernels(precision), length, batch, channels));
            }
            Times single = times.get(ConvolutionPrecision.FLOAT32);
            Times half = times.get(ConvolutionPrecision.FLOAT16);
            // u and y once, the kernel read and its spectrum written and read; tensors are float32 in every precision.
            double bytes = 2.0 * Float.BYTES * channels * batch * length + (1 + 4) * (double) Float.BYTES * channels * length;
            double floor = bytes / bandwidth;
            Times theirs = peer.get(length);
            System.out.printf(Locale.ROOT, "| %d | %d x %d | %.1f | %s | %s | %s | %s | %s | %s | %s |%n", length, batch, channels, floor,
                    both("%.1f", single), both("%.2f", ratio(single, new Times(floor, floor))),
                    both("%.1f", times.get(ConvolutionPrecision.BFLOAT16)), both("%.1f", half), both("%.1f", theirs),
                    both("%.2f", ratio(theirs, single)), both("%.2f", ratio(theirs, half)));
            ObjectNode result = results.addObject().put("length", length).put("batch", batch).put("channels", channels)
                    .put("floorMicroseconds", floor);
            ObjectNode sustained = result.putObject("microseconds");
            ObjectNode rested = result.putObject("restedMicroseconds");
            times.forEach((precision, time) -> {
                sustained.put(precision.name().toLowerCase(Locale.ROOT), time.sustained());
                rested.put(precision.name().toLowerCase(Locale.ROOT), time.rested());
            });
            if (theirs != null) {
                result.put("torchMicroseconds", theirs.sustained()).put("torchRestedMicroseconds", theirs.rested());
            }
        }
    }

    /** Times of a forward pass, the spectrum of the kernel made in it. */
    private static Times convolution(Kernels kernels, int length, int batch, int channels) throws InterruptedException {
        Tensor u = kernels.zeros(channels, batch, length);
        Tensor kernel = kernels.zeros(channels, length);
        Tensor y = kernels.zeros(channels, batch, length);
        randomize(kernels, u, y);
        randomize(kernels, kernel, kernels.zeros(channels, length));
        return new Stopwatch(kernels).times(() -> kernels.longConvolution().forward(Terms.of(u, kernel), y));
    }

    /** Numbers from -1/2 to 1/2, one random bit after the other: a card draws less power for constant ones, and at its limit is faster with them. */
    private static void randomize(Kernels kernels, Tensor target, Tensor room) {
        kernels.fill(target, -0.5);
        for (int i = 1; i <= RANDOM_BITS; i++) {
            Dropout coin = new Dropout(0.5, Dropout.hash(i, RANDOM_BITS), 1);
            kernels.fill(room, Math.scalb(1 / coin.scale(), -i));
            kernels.dropoutMask().apply(coin, room, target, true);
        }
    }

    private static @Nullable Times ratio(@Nullable Times above, @Nullable Times below) {
        return above == null || below == null ? null : new Times(above.sustained() / below.sustained(), above.rested() / below.rested());
    }

    private static String both(String format, @Nullable Times times) {
        return times == null ? "" : String.format(Locale.ROOT, format + " / " + format, times.sustained(), times.rested());
    }

    /** Times by length of the PyTorch peer; empty, with the reason in the report, where it does not run. */
    private static Map<Integer, Times> torch(Path script, List<int[]> shapes, ObjectNode root) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", script.toString()));
        shapes.forEach(shape -> command.add(shape[0] + "," + shape[1] + "," + shape[2]));
        Map<Integer, Times> times = new TreeMap<>();
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(false).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.HOURS) || process.exitValue() != 0) {
                root.put("torch", "did not run: " + output.strip());
                System.out.println("PyTorch: did not run");
                return Map.of();
            }
            JsonNode answer = JsonMapper.shared().readTree(output);
            root.set("torch", answer);
            answer.get("convolutions").forEach(row -> times.put(row.get("length").intValue(),
                    new Times(row.get("microseconds").doubleValue(), row.get("restedMicroseconds").doubleValue())));
        } catch (IOException e) {
            root.put("torch", "no python3: " + e.getMessage());
        }
        return times;
    }
}
