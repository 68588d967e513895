package io.longwave.ingest.http;

import java.util.List;

/**
 * What holds for all requests of a protocol.
 *
 * @param source as dead letters name it
 * @param line what its errors call that which is refused as a whole
 * @param codings that a body may come in, the usual one first
 * @param heapPerByte bytes of memory that reading takes for each byte of a decompressed body, besides the body and its samples
 */
public record Protocol(String source, String line, List<ContentCoding> codings, int heapPerByte) {}
