package io.longwave.api.access;

import java.util.List;
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
    }

    /** What a token opens. */
    enum Role {
        /** Everything that changes nothing: forecasts of posted values and the like too. */
        READ,
        /** Also what changes something. */
        MANAGE
    }

    /**
     * A secret and what it opens.
     *
     * @param token what a client sends as {@code Authorization: Bearer …}, or as the password of {@code Basic}
     */
    record Token(@DefaultValue("") String token, @DefaultValue("read") Role role) {
        Token {
            if (token.isBlank() || !token.equals(token.strip())) {
                throw new IllegalArgumentException(
                        "longwave.api.access.tokens: expected a token but one is empty, or begins or ends with white space");
            }
        }

        @Override
        public String toString() {
            return "Token[token=***, role=" + role + "]";
        }
    }
}
