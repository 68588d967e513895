package io.longwave.ingest.http;

import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.stream.InFlightBytes;

/** Reads the points of one body. */
@FunctionalInterface
public interface PointReader {
    /**
     * Hands every point to the sink.
     *
     * @param bytes borrowed for the length of the call, and by the evidence given to the sink
     * @param length how many of the bytes are the body
     * @param receivedNanos when the request came in, nanoseconds since the epoch
     * @param share of the request, to be asked for what reading takes besides body and samples, and given it back
     * @throws WriteRefusedException if the body as a whole is not of the protocol
     */
    void read(byte[] bytes, int length, long receivedNanos, InFlightBytes.Share share, PointSink sink);
}
