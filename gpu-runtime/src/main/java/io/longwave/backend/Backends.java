package io.longwave.backend;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.longwave.backend.Availability.Available;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;

/** The backends this build knows, fastest first. A new one is one line in {@link #probe()}. */
public final class Backends {
    /** Where the preference is read where no configuration is at hand. */
    public static final String PREFERENCE = "longwave.backend.preference";

    private Backends() {}

    /** Looks at this machine. Slow; call once. */
    public static List<Availability> probe() {
        return List.of(reference());
    }

    /** Probes and chooses. @throws BackendUnavailableException as {@link BackendChoice#choose} */
    public static BackendChoice choose(String preference) {
        return BackendChoice.choose(preference, probe());
    }

    /**
     * Kernels of the backend named by the system property {@value #PREFERENCE}, {@code auto} when it is not set; probed when first asked for
     * and the same ones afterwards.
     */
    public static Supplier<Kernels> onFirstUse() {
        return new Supplier<>() {
            private @Nullable Kernels chosen;

            @Override
            public synchronized Kernels get() {
                if (chosen == null) {
                    BackendChoice choice = choose(System.getProperty(PREFERENCE, BackendChoice.AUTO));
                    System.getLogger(Backends.class.getName()).log(System.Logger.Level.DEBUG, choice.explanation());
                    chosen = choice.backend().kernels();
                }
                return chosen;
            }
        };
    }

    private static Availability reference() {
        return new Available(new Backend("reference", "float64 loops on one thread, for checking", new ReferenceKernels()));
    }
}
