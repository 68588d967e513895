package io.longwave.ssm.streaming;

/**
 * A model that serves many series, each from its own bounded {@link SeriesState}. Implementations are immutable and safe for many threads;
 * everything that changes is in the states. Nothing here reads a clock or a random source: the same samples give the same bits on one
 * {@linkplain #numericProfile() numeric profile}, however they are grouped into batches.
 */
public interface StreamingModel {

    /** Registered id, for example {@code online-1} or {@code spacetime-etth1-3}; stored beside every result. */
    String id();

    /** State of a series of which nothing is known yet. */
    SeriesState newState();

    /** Samples after which older ones change little in a state: a new state is warmed on no more than so many. */
    default int warmUpSamples() {
        return Integer.MAX_VALUE;
    }

    /** Memory that the state of a series takes, about, in bytes. */
    int stateBytes();

    /** Version of what {@link SeriesState#write()} writes. */
    int stateFormat();

    /**
     * Reads what {@link SeriesState#write()} wrote; the state continues to the same bits.
     *
     * @throws IllegalArgumentException if the bytes are no state of this format, naming what was expected and found
     */
    SeriesState readState(byte[] bytes);

    /** Name of the arithmetic whose bits a state carries, for example {@code scalar-float64}. States do not move between profiles. */
    String numericProfile();
}
