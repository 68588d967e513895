package io.longwave.backend;

/** Result of probing for one backend; "why not" is a value. */
public sealed interface Availability {
    /** Name of the backend. */
    String name();

    /** It can be used. */
    record Available(Backend backend) implements Availability {
        @Override
        public String name() {
            return backend.name();
        }
    }

    /**
     * It cannot.
     *
     * @param reason one that a person can act on
     */
    record Unavailable(String name, String reason) implements Availability {}
}
