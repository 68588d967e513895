package io.longwave.api.inference;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
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
    /** All addresses of the protocol and those that there are not, but for the ones that clients of TimeGPT ask. */
    private static final Pattern ADDRESSES = Pattern
            .compile(InferenceController.ROOT + "(/(?!(forecast|cross_validation|anomaly_detection|online_anomaly_detection)(/|$)).*)?");

    @Override
    public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(@Nullable Object body, MethodParameter returnType, MediaType contentType,
            Class<? extends HttpMessageConverter<?>> converter, ServerHttpRequest request, ServerHttpResponse response) {
        if (!(body instanceof ProblemDetail problem)
                || !ADDRESSES.matcher(request.getURI().getPath()).matches()) {
            return body;
        }
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return Map.of("error", Objects.requireNonNullElse(problem.getDetail(), String.valueOf(problem.getTitle())));
    }
}
