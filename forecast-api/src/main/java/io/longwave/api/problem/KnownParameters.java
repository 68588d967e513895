package io.longwave.api.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses a query parameter that the address does not know: a misspelt {@code form=} would silently ask for everything. Also a body that is sent as
 * a form, as curl does unless told otherwise: the server would take it for parameters.
 */
class KnownParameters implements HandlerInterceptor {
    /** By method and not by handler, of which there is a new one for each request of OPTIONS. */
    private final Map<Method, TreeSet<String>> known = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws HttpMediaTypeNotSupportedException {
        if (handler instanceof HandlerMethod method) {
            String type = request.getContentType();
            if (type != null && type.strip().toLowerCase(Locale.ROOT).startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE)) {
                throw new HttpMediaTypeNotSupportedException(MediaType.APPLICATION_FORM_URLENCODED, List.of(MediaType.APPLICATION_JSON));
            }
            TreeSet<String> names = known.computeIfAbsent(method.getMethod(), _ -> read(method));
            for (String name : Collections.list(request.getParameterNames())) {
                if (!names.contains(name)) {
                    throw new ProblemException(ProblemType.UNKNOWN_PARAMETER,
                            name + ": expected " + (names.isEmpty() ? "no parameter" : "one of " + String.join(", ", names)))
                            .with("parameter", name).with("known", names);
                }
            }
        }
        return true;
    }

    private static TreeSet<String> read(HandlerMethod method) {
        TreeSet<String> names = new TreeSet<>();
        for (MethodParameter parameter : method.getMethodParameters()) {
            RequestParam annotation = parameter.getParameterAnnotation(RequestParam.class);
            if (annotation != null) {
                names.add(annotation.name().isEmpty() ? parameter.getParameter().getName() : annotation.name());
            }
        }
        return names;
    }
}
