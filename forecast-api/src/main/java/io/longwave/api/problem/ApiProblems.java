package io.longwave.api.problem;

import io.longwave.wire.JsonFault;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.apache.tomcat.util.http.fileupload.impl.FileCountLimitExceededException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;

/** Turns everything that is thrown into a problem detail. Nothing of the inside is told: it is logged under a reference instead. */
@RestControllerAdvice
class ApiProblems extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ApiProblems.class);
    private static final Duration DATABASE_RETRY = Duration.ofSeconds(2);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> problem(ProblemException e) {
        ProblemDetail problem = detail(e.type(), e.getMessage());
        e.properties().forEach(problem::setProperty);
        var answer = ResponseEntity.status(e.type().status()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        Duration retryAfter = e.retryAfter();
        if (retryAfter != null) {
            answer.header(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        return answer.body(problem);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<ProblemDetail> database(DataAccessException e, HttpServletResponse response) throws Exception {
        if (response.isCommitted()) {
            return anythingElse(e, response);
        }
        String state = NestedExceptionUtils.getMostSpecificCause(e) instanceof SQLException sql && sql.getSQLState() != null
                ? sql.getSQLState()
                : "";
        if (state.equals("57014")) {
            return problem(new ProblemException(ProblemType.QUERY_TOO_SLOW,
                    "the query was stopped at its time limit; ask for a shorter stretch of time or fewer rows"));
        }
        if (state.equals("22021") || state.equals("22003")) {
            return problem(new ProblemException(ProblemType.BAD_PARAMETER, state.equals("22021")
                    ? "expected text without the character NUL"
                    : "expected a number that is not too large or too near to zero to be compared with what is stored"));
        }
        // A table, a column or a function that a later schema has.
        if (state.equals("42P01") || state.equals("42703") || state.equals("42883")) {
            return problem(
                    new ProblemException(ProblemType.NOT_READY, "the model service has not created the tables yet, or not as they are now")
                            .retryAfter(DATABASE_RETRY));
        }
        if (e instanceof CannotGetJdbcConnectionException || state.startsWith("08") || state.startsWith("57P") || state.startsWith("53")) {
            LOG.warn("database: {}", NestedExceptionUtils.getMostSpecificCause(e).getMessage());
            return problem(new ProblemException(ProblemType.DATABASE_AWAY, "no connection to the database").retryAfter(DATABASE_RETRY));
        }
        return anythingElse(e, response);
    }

    /** Of the address, when something asks for its parameters. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> parameters(InvalidParameterException e) {
        return problem(new ProblemException(ProblemType.ofStatus(e.getErrorCode()),
                "the query of the address: expected names and values with % before two hexadecimal digits alone, at most 10000 of them"));
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<ProblemDetail> anythingElse(Exception e, HttpServletResponse response) throws Exception {
        if (e instanceof IOException) {
            return null; // the client left in the middle of the answer; there is nobody to tell
        }
        if (response.isCommitted()) {
            LOG.error("an answer breaks off", e);
            throw e; // as if it had not been handled, so that the connection is broken off, too, and nobody takes this for the end of the answer
        }
        String reference = UUID.randomUUID().toString();
        LOG.error("reference {}", reference, e);
        return problem(new ProblemException(ProblemType.INTERNAL, "the log of the service says more under reference " + reference)
                .with("reference", reference));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException e, HttpHeaders headers, HttpStatusCode status,
            WebRequest request) {
        String name = e instanceof MethodArgumentTypeMismatchException argument ? argument.getName() : String.valueOf(e.getPropertyName());
        Class<?> type = e.getRequiredType();
        ProblemException problem = ProblemException.badParameter(name, type == null ? "another value" : expected(type),
                String.valueOf(e.getValue()));
        return handleExceptionInternal(e, detailOf(problem), headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(NoResourceFoundException e, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        ProblemException problem = new ProblemException(ProblemType.NOT_FOUND,
                "nothing is at /" + e.getResourcePath() + "; GET /v3/api-docs describes what is");
        return handleExceptionInternal(e, detailOf(problem), headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(MissingServletRequestParameterException e,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemException problem = ProblemException.badParameter(e.getParameterName(), "a value", "absent");
        return handleExceptionInternal(e, detailOf(problem), headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestPart(MissingServletRequestPartException e, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        ProblemException problem = ProblemException.badParameter(e.getRequestPartName(), "files, each in a part of this name", "absent");
        return handleExceptionInternal(e, detailOf(problem), headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMaxUploadSizeExceededException(MaxUploadSizeExceededException e, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        // Of a size, Tomcat's own sentence says what was too large and how large it may be.
        String detail = NestedExceptionUtils.getMostSpecificCause(e) instanceof FileCountLimitExceededException files
                ? "expected at most " + files.getLimit() + " files in one request"
                : String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        ProblemException problem = new ProblemException(ProblemType.TOO_LARGE, detail);
        return handleExceptionInternal(e, detailOf(problem), headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException e, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        Throwable cause = e.getMostSpecificCause();
        if (cause instanceof StreamConstraintsException limit && tooLarge(limit)) {
            ProblemException problem = new ProblemException(ProblemType.TOO_LARGE, JsonFault.of(limit));
            return handleExceptionInternal(e, detailOf(problem), headers, ProblemType.TOO_LARGE.status(), request);
        }
        ProblemException problem = new ProblemException(ProblemType.MALFORMED_BODY, e.getCause() instanceof JacksonException json
                ? JsonFault.of(json)
                : "expected a JSON object but the body is empty or unreadable");
        return handleExceptionInternal(e, detailOf(problem), headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(HttpMediaTypeNotSupportedException e, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        MediaType found = e.getContentType();
        // What else the converters could read, JSON of other names, nobody is to be told.
        MediaType expected = e.getSupportedMediaTypes().contains(MediaType.MULTIPART_FORM_DATA)
                ? MediaType.MULTIPART_FORM_DATA
                : MediaType.APPLICATION_JSON;
        ProblemException problem = new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE,
                "Content-Type: expected " + expected + " but found " + (found == null ? "none" : found));
        return handleExceptionInternal(e, detailOf(problem), headers, status, request);
    }

    /** Of the limits that a body as a whole has, not those of a number or of nesting. */
    private static boolean tooLarge(StreamConstraintsException limit) {
        String sentence = limit.getOriginalMessage();
        return sentence.startsWith("Token count") || sentence.startsWith("Document length");
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(Exception e, @Nullable Object body, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        if (request instanceof ServletWebRequest servlet && servlet.getResponse() != null && servlet.getResponse().isCommitted()) {
            return null;
        }
        HttpHeaders all = new HttpHeaders();
        all.putAll(headers);
        all.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        ResponseEntity<Object> answer = super.handleExceptionInternal(e, body, all, status, request);
        if (answer != null && answer.getBody() instanceof ProblemDetail problem && !isOurs(problem)) {
            ProblemType type = ProblemType.ofStatus(status.value());
            problem.setType(type.uri());
            problem.setTitle(type.title());
        }
        return answer;
    }

    static ProblemDetail ofStatus(HttpStatus status, String detail) {
        ProblemType type = ProblemType.ofStatus(status.value());
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(type.uri());
        problem.setTitle(type.title());
        return problem;
    }

    static ProblemDetail about(HttpServletRequest request, ProblemDetail problem) {
        problem.setInstance(java.net.URI.create(request.getRequestURI()));
        return problem;
    }

    private static boolean isOurs(ProblemDetail problem) {
        return problem.getType() != null && problem.getType().toString().startsWith(ProblemType.PREFIX);
    }

    private static ProblemDetail detailOf(ProblemException e) {
        ProblemDetail problem = detail(e.type(), String.valueOf(e.getMessage()));
        e.properties().forEach(problem::setProperty);
        return problem;
    }

    private static ProblemDetail detail(ProblemType type, @Nullable String detail) {
        ProblemDetail problem = ProblemDetail.forStatus(type.status());
        problem.setDetail(detail);
        problem.setType(type.uri());
        problem.setTitle(type.title());
        return problem;
    }

    private static String expected(Class<?> type) {
        if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        return type == boolean.class || type == Boolean.class ? "true or false" : "another value";
    }
}
