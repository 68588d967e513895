package io.longwave.api.inference;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** Writes a problem the way clients of the protocol read it, an object with the one member {@code error}; its status stays. */
@ControllerAdvice
class InferenceErrors implements ResponseBodyAdvice<Object> {

    @Override
    public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(@Nullable Object body, MethodParameter returnType, MediaType contentType,
            Class<? extends HttpMessageConverter<?>> converter, ServerHttpRequest request, ServerHttpResponse response) {
        if (!(body instanceof ProblemDetail problem)
                || !request.getURI().getPath().matches(InferenceController.ROOT + "(/(health|models)(/.*)?)?")) {
            return body;
        }
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return Map.of("error", Objects.requireNonNullElse(problem.getDetail(), String.valueOf(problem.getTitle())));
    }
}
