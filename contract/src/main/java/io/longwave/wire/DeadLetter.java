package io.longwave.wire;

import java.time.Instant;

/**
 * What could not be used, and why. On {@link Topics#DEAD_LETTER} it is a JSON object with these names, the time in ISO-8601.
 *
 * @param source where it came in, for example {@code influx-line}
 * @param reason short stable code, for example {@code number-out-of-range}
 * @param detail what was expected and what was found
 * @param line number of the line in its request, from 1
 * @param text the line itself, cut when it is long
 * @param tenant of the request
 * @param bucket of the request
 * @param receivedAt when the request came in
 */
public record DeadLetter(String source, String reason, String detail, int line, String text, String tenant, String bucket,
        Instant receivedAt) {}
