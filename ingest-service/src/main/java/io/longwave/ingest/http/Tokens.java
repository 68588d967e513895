package io.longwave.ingest.http;

import io.longwave.ingest.IngestProperties.TokenGrant;
import io.longwave.series.SeriesKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
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
        byte[] presented = presented(authorization, password).getBytes(StandardCharsets.UTF_8);
        String tenant = null;
        for (TokenGrant grant : grants) {
            // All of them and in constant time, so that the time of the answer says nothing about a token.
            if (MessageDigest.isEqual(grant.token().getBytes(StandardCharsets.UTF_8), presented) && tenant == null) {
                tenant = grant.tenant();
            }
        }
        if (tenant == null) {
            throw WriteRefusedException.unauthorized();
        }
        return tenant;
    }

    private static String presented(@Nullable String authorization, String password) {
        if (authorization == null) {
            return password;
        }
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? "" : authorization.substring(0, space);
        String credentials = authorization.substring(space + 1).strip();
        if (scheme.equalsIgnoreCase("Token") || scheme.equalsIgnoreCase("Bearer")) {
            return credentials;
        }
        if (scheme.equalsIgnoreCase("Basic")) {
            try {
                String pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
                return pair.substring(pair.indexOf(':') + 1);
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
        return "";
    }
}
