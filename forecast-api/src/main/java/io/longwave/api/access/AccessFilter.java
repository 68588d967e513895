package io.longwave.api.access;

import io.longwave.api.access.AccessProperties.Role;
import io.longwave.api.access.AccessProperties.Token;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.db.series.TenantScope;
import io.longwave.wire.PresentedToken;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Lets in whoever presents a token, to the page too: a browser asks for it by itself, as a password. Health is told to everybody, because those who ask for it are told nothing else. What is not known to change nothing takes a
 * token that may change something, so that an address that is added is not open by mistake.
 */
public final class AccessFilter extends OncePerRequestFilter {
    private static final Set<String> SAFE = Set.of("GET", "HEAD");
    /** As they are written, and no other way of writing them. */
    private static final Set<String> HEALTH = Set.of("/actuator/health/liveness", "/actuator/health/readiness", "/v2/health/live",
            "/v2/health/ready");
    /** Posted because what they ask about is long; they change nothing but sequences, which only whoever asks sees. */
    private static final List<PathPattern> QUESTIONS = Stream.of("/api/v1/series/{id}/forecast", "/api/v1/models/{model}/forecast",
            "/api/v1/models/{model}/classify", "/api/v1/models/{model}/score", "/api/v1/groups/{name}/forecast", "/v2/models/{model}/infer",
            "/v2/forecast", "/v2/cross_validation",
            "/v2/anomaly_detection", "/v2/online_anomaly_detection")
            .map(AccessFilter::pattern)
            .toList();

    private final List<Token> tokens;
    private final HandlerExceptionResolver problems;

    AccessFilter(List<Token> tokens, HandlerExceptionResolver problems) {
        this.tokens = tokens;
        this.problems = problems;
    }

    /**
     * Whether a request may change something.
     *
     * @param path as it is written; a template such as {@code /api/v1/series/{id}/forecast} is one, too
     */
    public static boolean changes(String method, String path) {
        PathContainer parsed = PathContainer.parsePath(path);
        return !SAFE.contains(method) && QUESTIONS.stream().noneMatch(question -> question.matches(parsed));
    }

    private static PathPattern pattern(String pattern) {
        return PathPatternParser.defaultInstance.parse(pattern);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        ProblemException problem = problem(request);
        if (problem == null) {
            chain.doFilter(request, response);
            return;
        }
        if (problem.type() == ProblemType.UNAUTHORIZED) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Longwave\", charset=\"UTF-8\"");
        }
        problems.resolveException(request, response, null, problem);
    }

    private @Nullable ProblemException problem(HttpServletRequest request) {
        boolean changes = changes(request.getMethod(), request.getRequestURI());
        if (!SAFE.contains(request.getMethod()) && ofAnotherSite(request)) {
            return new ProblemException(ProblemType.FORBIDDEN, "expected a request of the page of this service, but another site makes it");
        }
        if (tokens.isEmpty() || HEALTH.contains(request.getRequestURI())) {
            TenantScopes.set(request, TenantScope.ALL);
            return null;
        }
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        PresentedToken presented = header == null ? new PresentedToken("") : PresentedToken.of(header);
        // All of them, so that the time of the answer says nothing about a token.
        List<Token> found = tokens.stream().filter(token -> presented.is(token.token())).toList();
        if (found.isEmpty()) {
            return new ProblemException(ProblemType.UNAUTHORIZED,
                    "expected a token as Authorization: Bearer TOKEN, or as the password of Basic, but "
                            + (header == null ? "there is none" : "this is none of those that are known"));
        }
        Token token = found.getFirst();
        if (changes && token.role() != Role.MANAGE) {
            return new ProblemException(ProblemType.FORBIDDEN, "expected a token of the role manage, but this one is for reading");
        }
        TenantScopes.set(request, token.scope());
        return null;
    }

    /** A browser sends what it knows, a password too, with requests of any page; it says whose page that is. */
    private static boolean ofAnotherSite(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN); // where the connection is not encrypted a browser says less
        if (origin == null) {
            return false;
        }
        try {
            return !request.getServerName().equalsIgnoreCase(URI.create(origin).getHost());
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
