package io.longwave.cuda.driver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.longwave.cuda.CudaDevice;
import io.longwave.cuda.CudaException;
import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.DeviceOutOfMemoryException;
import io.longwave.cuda.LaunchShape;
import io.longwave.cuda.Recording;
import io.longwave.cuda.RecordingExercise;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.cuda.CudaKernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.Tensor;

/** Programs that {@link DriverDeviceTest} runs in processes of their own. */
final class DriverExercise {
    private static final int MEBI = 1 << 20;

    private DriverExercise() {}

    public static void main(String[] args) throws Exception {
        switch (CudaProbe.open()) {
            case CudaProbe.Result.Missing(String reason) -> System.out.println("missing: " + reason);
            case CudaProbe.Result.Found(CudaDevice device, String description) -> {
                System.out.println("found: " + description);
                for (String arg : args) {
                    switch (arg) {
                        case "threads" -> threads(device);
                        case "copies" -> copies(device);
                        case "reuse" -> reuse(device);
                        case "full" -> full(device);
                        case "fault" -> fault(device);
                        case "recordings" -> recordings(device);
                        default -> throw new IllegalArgumentException(arg);
                    }
                }
            }
        }
    }

    private static double[] gated(Kernels kernels, double[] x) {
        Tensor y = kernels.zeros(1, x.length / 2);
        kernels.gatedUnit().forward(kernels.of(x, 2, x.length / 2), y, false);
        return kernels.toDoubles(y);
    }

    /** Virtual threads and platform threads at once. */
    private static void threads(CudaDevice device) throws Exception {
        Kernels kernels = new CudaKernels(device);
        double worst = 0;
        for (ExecutorService executor : List.of(Executors.newVirtualThreadPerTaskExecutor(), Executors.newFixedThreadPool(4))) {
            try (executor) {
                List<Callable<Double>> tasks = new ArrayList<>();
                for (int t = 0; t < 16; t++) {
                    double[] x = new SplittableRandom(t).doubles(2000, -3, 3).toArray();
                    double[] expected = gated(new ReferenceKernels(), x);
                    tasks.add(() -> {
                        double[] found = gated(kernels, x);
                        double most = 0;
                        for (int i = 0; i < found.length; i++) {
                            most = Math.max(most, Math.abs(found[i] - expected[i]));
                        }
                        return most;
                    });
                }
                for (Future<Double> future : executor.invokeAll(tasks)) {
                    worst = Math.max(worst, future.get());
                }
            }
        }
        System.out.println("threads: " + (worst < 1e-6 ? "agree" : "differ by " + worst));
    }

    /** More numbers than one piece of pinned memory holds, there and back. */
    private static void copies(CudaDevice device) {
        float[] numbers = new float[3 * MEBI + 17];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        DeviceMemory first = device.allocate((long) numbers.length * Float.BYTES);
        DeviceMemory second = device.allocate((long) numbers.length * Float.BYTES);
        device.upload(numbers, first);
        device.copy(first, second, (long) numbers.length * Float.BYTES);
        device.clear(first);
        float[] back = new float[numbers.length];
        device.download(second, back);
        float[] zeros = new float[numbers.length];
        device.download(first, zeros);
        System.out.println(
                "copies: " + (Arrays.equals(numbers, back) && Arrays.equals(zeros, new float[numbers.length]) ? "agree" : "differ"));
    }

    /** Eight times the memory of the device, never all of it held: what the collector finds is used again. */
    private static void reuse(CudaDevice device) {
        Kernels kernels = new CudaKernels(device);
        long bytes = 0;
        for (int i = 0; bytes < 8 * device.properties().memoryBytes(); i++) {
            Tensor tensor = kernels.zeros(1000 * (1 + i % 7), 100);
            bytes += (long) tensor.size() * Float.BYTES;
        }
        System.out.println("reuse: done");
    }

    /** All of the memory held: an error with numbers, and what is held stays good. */
    private static void full(CudaDevice device) {
        Kernels kernels = new CudaKernels(device);
        List<Tensor> held = new ArrayList<>();
        try {
            while (true) {
                Tensor tensor = kernels.zeros(MEBI);
                kernels.fill(tensor, held.size());
                held.add(tensor);
            }
        } catch (DeviceOutOfMemoryException e) {
            System.out.println("full: " + e.getMessage());
        }
        boolean good = true;
        for (int i = 0; i < held.size(); i++) {
            good &= kernels.toFloats(held.get(i))[MEBI - 1] == i;
        }
        System.out.println("full: " + held.size() + " tensors " + (good ? "good" : "spoilt"));
        held.clear();
        System.out.println("full: then " + kernels.zeros(MEBI).shape());
    }

    /** What recordings must do, and more of them than memory would hold if any were kept. */
    private static void recordings(CudaDevice device) {
        new RecordingExercise(device).all();
        long bytes = device.properties().memoryBytes() / 8;
        for (int i = 0; i < 32; i++) {
            try (DeviceMemory memory = device.allocate(bytes)) {
                Recording recording = device.record(() -> device.clear(memory));
                recording.replay();
                if (i % 2 == 0) {
                    recording.close(); // the others are left to the collector
                }
            }
        }
        System.out.println("recordings: agree");
    }

    private static void fault(CudaDevice device) {
        DeviceMemory y = device.allocate(64);
        device.launch("shim_past_shared", LaunchShape.of(1, 1).shared(64), y, 16);
        for (int i = 0; i < 2; i++) {
            try {
                device.synchronize();
                System.out.println("fault: not seen");
            } catch (CudaException e) {
                System.out.println("fault: " + e.getMessage());
            }
        }
        try {
            device.launch("fill", LaunchShape.of(1, 32), y, 1f, 16L);
            device.synchronize();
        } catch (CudaException e) {
            System.out.println("after: " + e.getMessage());
        }
    }
}
