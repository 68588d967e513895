package io.longwave.backend;

import java.util.ArrayList;
import java.util.List;

import io.longwave.backend.Availability.Available;
import io.longwave.backend.Availability.Unavailable;

/**
 * What was chosen and why.
 *
 * @param explanation one line for the log: the backend, and the reason for each one passed over
 */
public record BackendChoice(Backend backend, String explanation) {
    /** Takes the first backend that is available. */
    public static final String AUTO = "auto";

    /**
     * Chooses without touching hardware.
     *
     * @param preference {@link #AUTO} or the name of a backend
     * @param probed fastest first
     * @throws BackendUnavailableException if the one asked for is unknown or unavailable, or none is available
     */
    public static BackendChoice choose(String preference, List<Availability> probed) {
        List<String> passedOver = new ArrayList<>();
        for (Availability availability : probed) {
            if (!preference.equals(AUTO) && !preference.equals(availability.name())) {
                continue;
            }
            switch (availability) {
                case Available(Backend backend) -> {
                    String line = "backend " + backend.name() + ": " + backend.description();
                    return new BackendChoice(backend, passedOver.isEmpty() ? line : line + "; not used: " + String.join("; ", passedOver));
                }
                case Unavailable(String name, String reason) -> passedOver.add(name + " (" + reason + ")");
            }
        }
        if (passedOver.isEmpty()) {
            throw new BackendUnavailableException("longwave.backend.preference: expected " + AUTO + " or one of "
                    + probed.stream().map(Availability::name).toList() + " but was " + preference);
        }
        throw new BackendUnavailableException("backend preference " + preference + " cannot be met: " + String.join("; ", passedOver));
    }
}
