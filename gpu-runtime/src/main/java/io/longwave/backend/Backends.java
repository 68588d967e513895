package io.longwave.backend;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.longwave.backend.Availability.Available;
import io.longwave.backend.Availability.Unavailable;
import io.longwave.cuda.CudaDevice;
import io.longwave.cuda.driver.CudaProbe;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.cuda.CudaKernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;

/** The backends this build knows, fastest first. A new one is one line in {@link #probe()}. */
public final class Backends {
    /** Where the preference is read where no configuration is at hand. */
    public static final String PREFERENCE = "longwave.backend.preference";

    private static final String PROCESSOR = "cpu";

    /** Past this the tasks of one training step are too few. */
    private static final int MOST_THREADS = 16;

    private Backends() {}

    /** Looks at this machine. Slow; call once. */
    public static List<Availability> probe() {
        return List.of(cuda(), cpu(), reference());
    }

    /** Whether this build holds CUDA kernels: it does where nvcc was at hand. */
    public static boolean hasCudaKernels() {
        return CudaProbe.kernelsAreBuilt();
    }

    /** Probes and chooses; where the processor is named no card is opened. @throws BackendUnavailableException as {@link BackendChoice#choose} */
    public static BackendChoice choose(String preference) {
        return BackendChoice.choose(preference, preference.equals(PROCESSOR) ? List.of(cpu()) : probe());
    }

    /**
     * Kernels of the backend named by the system property {@value #PREFERENCE}, {@code auto} when it is not set; probed when first asked for
     * and the same ones afterwards.
     */
    public static Supplier<Kernels> onFirstUse() {
        return onFirstUse(() -> System.getProperty(PREFERENCE, BackendChoice.AUTO));
    }

    /** Kernels of the processor whatever is preferred, made when first asked for and the same ones afterwards. */
    public static Supplier<Kernels> onProcessor() {
        return onFirstUse(() -> PROCESSOR);
    }

    private static Supplier<Kernels> onFirstUse(Supplier<String> preference) {
        return new Supplier<>() {
            private @Nullable Kernels chosen;

            @Override
            public synchronized Kernels get() {
                if (chosen == null) {
                    BackendChoice choice = choose(preference.get());
                    System.getLogger(Backends.class.getName()).log(System.Logger.Level.DEBUG, choice.explanation());
                    chosen = choice.backend().kernels();
                }
                return chosen;
            }
        };
    }

    private static Availability cuda() {
        return switch (CudaProbe.open()) {
            case CudaProbe.Result.Missing(String reason) -> new Unavailable("cuda", reason);
            case CudaProbe.Result.Found(CudaDevice device, String description) -> {
                CudaKernels kernels = new CudaKernels(device);
                yield SelfTest.firstFault(kernels)
                        .<Availability>map(fault -> new Unavailable("cuda", description + ": the self-test failed, " + fault))
                        .orElseGet(() -> new Available(new Backend("cuda", "float32, " + description, kernels)));
            }
        };
    }

    private static Availability cpu() {
        // The class that needs the module is named only behind this test, so that its absence is a value and no linkage error.
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new Unavailable(PROCESSOR, "the JVM was started without --add-modules jdk.incubator.vector");
        }
        SimdKernels kernels = new SimdKernels(Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS));
        return new Available(new Backend(PROCESSOR, "float32, " + kernels.description(), kernels));
    }

    private static Availability reference() {
        return new Available(new Backend("reference", "float64 loops on one thread, for checking", new ReferenceKernels()));
    }
}
