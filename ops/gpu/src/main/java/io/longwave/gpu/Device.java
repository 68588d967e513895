package io.longwave.gpu;

import io.longwave.backend.Availability;
import io.longwave.backend.Availability.Available;
import io.longwave.backend.Availability.Unavailable;
import io.longwave.backend.Backends;
import io.longwave.kernel.Kernels;

/**
 * The device under test.
 *
 * @param kernels on it
 * @param description name, compute capability, memory, driver
 */
record Device(Kernels kernels, String description) {

    /** @throws IllegalStateException that says why there is none */
    static Device open() {
        for (Availability availability : Backends.probe()) {
            if (availability.name().equals("cuda")) {
                return switch (availability) {
                    case Available(var backend) -> new Device(backend.kernels(), backend.description());
                    case Unavailable(String _, String reason) -> throw new IllegalStateException("no CUDA device: " + reason);
                };
            }
        }
        throw new IllegalStateException("this build knows no CUDA backend");
    }
}
