package io.longwave.ingest.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;

/** What answers of all protocols have in common. */
public final class Answer {
    private Answer() {}

    /** Sets the headers that say what a client may do after a refusal: when to come back, which codings are read. */
    public static void headers(HttpServletResponse response, WriteRefusedException refused, Protocol protocol) {
        if (refused.retryAfter() != null) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(refused.retryAfter().toSeconds()));
        }
        if (refused.status() == HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE) {
            response.setHeader(HttpHeaders.ACCEPT_ENCODING, ContentCoding.list(protocol.codings()));
        }
    }

    /** Sends status and body. */
    public static void send(HttpServletResponse response, int status, String contentType, byte[] body) throws IOException {
        response.setStatus(status);
        response.setContentType(contentType);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
