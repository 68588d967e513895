package io.longwave.api.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/**
 * Errors that Tomcat finds before a request reaches any servlet, such as a character that must be percent-encoded; Tomcat would answer with
 * HTML. Public because Tomcat makes it by its name.
 */
public final class ContainerProblemValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemType type = ProblemType.ofStatus(status);
        String detail = type == ProblemType.INTERNAL
                ? "the log of the service says more"
                : "the request line or a header cannot be read; characters such as [ ] { } | \\\\ must be percent-encoded";
        byte[] problem = "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
                .formatted(type.uri(), type.title(), status, detail)
                .getBytes(StandardCharsets.UTF_8);
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setContentLength(problem.length);
            response.getOutputStream().write(problem);
            response.finishResponse();
        } catch (IOException | IllegalStateException clientLeft) {
            container.getLogger().debug("no answer to a request that could not be read", clientLeft);
        }
    }
}
