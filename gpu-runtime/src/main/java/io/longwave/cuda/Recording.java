package io.longwave.cuda;

/**
 * Work that was recorded once and is queued as a whole each time it is replayed. It keeps all memory that it touches from other use, even memory
 * that was given back since. Safe for use by several threads; given back by {@link #close}, or when nothing refers to it any more.
 */
public interface Recording extends AutoCloseable {
    /** Queues the work once more; as a launch, it returns before it has run. @throws IllegalStateException after {@link #close} */
    void replay();

    /** Gives it and what it kept back, once all work queued so far is done. Closing twice changes nothing. */
    @Override
    void close();
}
