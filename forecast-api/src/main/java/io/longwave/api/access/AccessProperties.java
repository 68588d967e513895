package io.longwave.api.access;

import io.longwave.db.series.TenantScope;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code longwave.api.access.*}.
 *
 * @param tokens who may come in; none: everybody, for everything
 */
@ConfigurationProperties(prefix = "longwave.api.access", ignoreUnknownFields = false)
record AccessProperties(@DefaultValue List<Token> tokens) {
    AccessProperties {
        tokens = List.copyOf(tokens);
        Set<String> once = new HashSet<>();
        if (!tokens.stream().map(Token::token).allMatch(once::add)) {
            throw new IllegalArgumentException("longwave.api.access.tokens: expected each token once but one comes twice");
        }
    }

    /** What a token opens. */
    enum Role {
        /** Everything that changes nothing: forecasts of posted values and the like too, and sequences of requests. */
        READ,
        /** Also what changes something. */
        MANAGE
    }

    /**
     * A secret and what it opens.
     *
     * @param token what a client sends as {@code Authorization: Bearer …}, or as the password of {@code Basic}
     * @param tenant whose series it opens; null: everybody's, and what is counted or kept for all of them together
     */
    record Token(@DefaultValue("") String token, @DefaultValue("read") Role role, @Nullable String tenant) {
        Token {
            if (token.isBlank() || !token.equals(token.strip())) {
                throw new IllegalArgumentException(
                        "longwave.api.access.tokens: expected a token but one is empty, or begins or ends with white space");
            }
            if (tenant != null && !tenant.equals(tenant.strip())) {
                throw new IllegalArgumentException("longwave.api.access.tokens: expected a tenant but one begins or ends with white space");
            }
            try {
                tenant = new TenantScope(tenant).tenant();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("longwave.api.access.tokens: " + e.getMessage());
            }
        }

        TenantScope scope() {
            return new TenantScope(tenant);
        }

        @Override
        public String toString() {
            return "Token[token=***, role=" + role + ", " + (tenant == null ? "all tenants" : "tenant \"" + tenant + "\"") + "]";
        }
    }
}
