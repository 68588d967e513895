package io.longwave.ingest.http;

import io.longwave.ingest.point.PointSink;

/** Reads the points of one body. */
@FunctionalInterface
public interface PointReader {
    /**
     * Hands every point to the sink.
     *
     * @param bytes borrowed for the length of the call, and by the evidence given to the sink
     * @param length how many of the bytes are the body
     * @param receivedNanos when the request came in, nanoseconds since the epoch
     * @throws WriteRefusedException if the body as a whole is not of the protocol
     */
    void read(byte[] bytes, int length, long receivedNanos, PointSink sink);
}
