package io.longwave.ingest.http;

import java.util.List;

/**
 * What holds for all requests of a protocol.
 *
 * @param source as dead letters name it
 * @param line what its errors call that which is refused as a whole
 * @param codings that a body may come in, the usual one first
 */
public record Protocol(String source, String line, List<ContentCoding> codings) {}
