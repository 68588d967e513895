package io.longwave.model.problem;

import io.longwave.wire.JsonFault;
import java.net.URI;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;

@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String RETRY_SECONDS = "2";

    @ExceptionHandler
    ResponseEntity<ProblemDetail> request(RequestProblem problem) {
        return answer(problem.status(), problem.type(), String.valueOf(problem.getMessage()));
    }

    /** Also where there was no connection to begin with. */
    @ExceptionHandler({SQLException.class, DataAccessException.class, CannotCreateTransactionException.class})
    ResponseEntity<ProblemDetail> database(Exception e) {
        LOG.warn("the database did not answer a request: {}", e.toString());
        return answer(HttpStatus.SERVICE_UNAVAILABLE, "database", "the database does not answer at the moment");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unforeseen(RuntimeException e) {
        LOG.error("a request failed in the program itself", e);
        return answer(HttpStatus.INTERNAL_SERVER_ERROR, "internal", "the request failed in the program itself; its log says why");
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException e, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, e.getCause() instanceof JacksonException json
                ? JsonFault.of(json)
                : "expected a JSON object but the body is empty or unreadable");
        problem.setType(URI.create("urn:longwave:problem:malformed-body"));
        return handleExceptionInternal(e, problem, headers, status, request);
    }

    private static ResponseEntity<ProblemDetail> answer(HttpStatus status, String type, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:longwave:problem:" + type));
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status);
        if (status == HttpStatus.SERVICE_UNAVAILABLE) {
            answer.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        return answer.body(problem);
    }
}
