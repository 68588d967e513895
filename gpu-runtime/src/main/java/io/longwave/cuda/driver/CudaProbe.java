package io.longwave.cuda.driver;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.CudaDevice;
import io.longwave.cuda.CudaException;

/** Looks for a CUDA device that can run the kernels of this build; "why not" is a value. */
public final class CudaProbe {
    private static final String DRIVER_LIBRARY = "libcuda.so.1";
    private static final String FATBIN = "/kernels/longwave.fatbin";
    /** The fatbin holds PTX from compute capability 8.0 on. */
    private static final int OLDEST_MAJOR = 8;

    private static @Nullable Result opened;

    private CudaProbe() {}

    /** What was found. */
    public sealed interface Result {
        /** A device that is open and has the kernels loaded. */
        record Found(CudaDevice device, String description) implements Result {}

        /** None, and a reason that a person can act on. */
        record Missing(String reason) implements Result {}
    }

    /** Whether nvcc was at hand when this was built; without it there is nothing that a device could run. */
    public static boolean kernelsAreBuilt() {
        return CudaProbe.class.getResource(FATBIN) != null;
    }

    /**
     * Opens the first device, slowly; the same answer every time after. A process opens the card once: every opening would have a thread, pinned
     * memory and a copy of the kernels of its own.
     */
    public static synchronized Result open() {
        Result result = opened;
        if (result == null) {
            result = look();
            opened = result;
        }
        return result;
    }

    private static Result look() {
        // Asked first, without JCuda: its static initializer fails once and for all where this library is absent.
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(DRIVER_LIBRARY, arena);
        } catch (IllegalArgumentException e) {
            return new Result.Missing(DRIVER_LIBRARY + ", the library of the NVIDIA driver, was not found");
        }
        byte[] kernels;
        try {
            kernels = kernels();
        } catch (IOException e) {
            return new Result.Missing("the CUDA kernels of this build cannot be read: " + e.getMessage());
        }
        if (kernels == null) {
            return new Result.Missing("this build holds no CUDA kernels; build it where nvcc is on the path");
        }
        try {
            DriverDevice device = DriverDevice.open(OLDEST_MAJOR, kernels);
            return new Result.Found(device, device.describe());
        } catch (CudaException e) {
            return new Result.Missing(e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (LinkageError e) {
            return new Result.Missing("JCuda cannot be loaded: " + e.getMessage());
        }
    }

    private static byte @Nullable [] kernels() throws IOException {
        try (InputStream in = CudaProbe.class.getResourceAsStream(FATBIN)) {
            return in == null ? null : in.readAllBytes();
        }
    }
}
