package io.longwave.ingest.line;

/**
 * A line that gave no sample.
 *
 * @param line number in the request, from 1
 * @param refusal why
 * @param detail what was expected, what was found and where
 * @param text the line, cut at {@value LineParser#TEXT_LIMIT} bytes
 */
public record RefusedLine(int line, Refusal refusal, String detail, String text) {}
