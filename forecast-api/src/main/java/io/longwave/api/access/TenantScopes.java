package io.longwave.api.access;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.db.series.TenantScope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpMethod;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Gives methods that answer requests the scope of the token, and keeps a token of one tenant from those that do not ask for it: what is added is not open to
 * every tenant because somebody did not think of them.
 */
final class TenantScopes implements HandlerInterceptor, HandlerMethodArgumentResolver {
    private static final String ATTRIBUTE = TenantScope.class.getName();
    /** The description of the API is the same for everybody. */
    private static final String DESCRIPTION = "org.springdoc.";

    /** By method and not by handler, of which there is a new one for each request of OPTIONS. */
    private final Map<Method, Boolean> minded = new ConcurrentHashMap<>();

    /** To be called before the request goes on. */
    static void set(HttpServletRequest request, TenantScope scope) {
        request.setAttribute(ATTRIBUTE, scope);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        TenantScope scope = (TenantScope) request.getAttribute(ATTRIBUTE);
        // Which methods an address takes is nobody's. Whatever is no handler method is a file of the page. There is no scope on a port of its own for the actuator, where no token is asked for.
        if (scope == null || scope.isAll() || !(handler instanceof HandlerMethod method)
                || request.getDispatcherType() == DispatcherType.ERROR || HttpMethod.OPTIONS.matches(request.getMethod())
                || minded.computeIfAbsent(method.getMethod(), _ -> mindsTenants(method))) {
            return true;
        }
        throw new ProblemException(ProblemType.FORBIDDEN, "expected a token of all tenants, but this one is of one");
    }

    private static boolean mindsTenants(HandlerMethod method) {
        return Arrays.stream(method.getMethodParameters()).anyMatch(parameter -> parameter.getParameterType() == TenantScope.class)
                || method.hasMethodAnnotation(OfNoTenant.class) || method.getBeanType().getName().startsWith(DESCRIPTION);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == TenantScope.class;
    }

    @Override
    public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer model, NativeWebRequest request,
            @Nullable WebDataBinderFactory binder) {
        return Objects.requireNonNull(request.getAttribute(ATTRIBUTE, RequestAttributes.SCOPE_REQUEST), "the access filter comes first");
    }
}
