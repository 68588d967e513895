package io.longwave.api.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses a query parameter that the address does not know: a misspelt {@code form=} would silently ask for everything. */
class KnownParameters implements HandlerInterceptor {
    private final Map<HandlerMethod, TreeSet<String>> known = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method) {
            TreeSet<String> names = known.computeIfAbsent(method, KnownParameters::read);
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
