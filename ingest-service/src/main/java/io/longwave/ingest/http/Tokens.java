package io.longwave.ingest.http;

import io.longwave.ingest.IngestProperties.TokenGrant;
import io.longwave.series.SeriesKey;
import io.longwave.wire.PresentedToken;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who writes: the tenant of a token, or everybody as the default tenant when no token is configured. */
public final class Tokens {
    private final List<TokenGrant> grants;

    Tokens(List<TokenGrant> grants) {
        this.grants = grants;
    }

    /**
     * The tenant of a request.
     *
     * @param authorization header: {@code Token t}, {@code Bearer t}, or {@code Basic} with the token as password
     * @param password of the query string, where version 1 clients put it
     * @throws WriteRefusedException if tokens are configured and this is none of them
     */
    public String tenant(@Nullable String authorization, String password) {
        if (grants.isEmpty()) {
            return SeriesKey.DEFAULT_TENANT;
        }
        PresentedToken presented = authorization == null ? new PresentedToken(password) : PresentedToken.of(authorization);
        String tenant = null;
        for (TokenGrant grant : grants) {
            // All of them, so that the time of the answer says nothing about a token.
            if (presented.is(grant.token()) && tenant == null) {
                tenant = grant.tenant();
            }
        }
        if (tenant == null) {
            throw WriteRefusedException.unauthorized();
        }
        return tenant;
    }
}
