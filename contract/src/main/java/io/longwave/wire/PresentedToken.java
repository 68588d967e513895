package io.longwave.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * What a client presents to be let in.
 *
 * @param token empty where it presents none that can be read
 */
public record PresentedToken(String token) {

    /** Of a header {@code Authorization}: {@code Token t}, {@code Bearer t}, or {@code Basic} with the token as password. */
    public static PresentedToken of(String authorization) {
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? "" : authorization.substring(0, space);
        String credentials = authorization.substring(space + 1).strip();
        if (scheme.equalsIgnoreCase("Token") || scheme.equalsIgnoreCase("Bearer")) {
            return new PresentedToken(credentials);
        }
        if (scheme.equalsIgnoreCase("Basic")) {
            try {
                String pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
                return new PresentedToken(pair.substring(pair.indexOf(':') + 1));
            } catch (IllegalArgumentException e) {
                return new PresentedToken("");
            }
        }
        return new PresentedToken("");
    }

    /** In a time that says nothing about the secret. */
    public boolean is(String secret) {
        return MessageDigest.isEqual(secret.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "PresentedToken[***]";
    }
}
