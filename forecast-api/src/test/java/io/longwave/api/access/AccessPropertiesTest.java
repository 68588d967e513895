package io.longwave.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.api.access.AccessProperties.Role;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AccessPropertiesTest {
    private static final String PREFIX = "longwave.api.access";

    @Test
    void aTokenIsForReadingAndOfAllTenantsUnlessItSaysOtherwise() {
        AccessProperties access = bound(Map.of("tokens[0].token", "x", "tokens[1].token", "y", "tokens[1].role", "manage",
                "tokens[1].tenant", "u\u0308"));
        assertThat(access.tokens().get(0).role()).isEqualTo(Role.READ);
        assertThat(access.tokens().get(0).scope().isAll()).isTrue();
        assertThat(access.tokens().get(1).role()).isEqualTo(Role.MANAGE);
        assertThat(access.tokens().get(1).scope().tenant()).as("in the form that keys have it").isEqualTo("\u00fc");
        assertThat(access.tokens())
                .hasToString("[Token[token=***, role=READ, all tenants], Token[token=***, role=MANAGE, tenant \"\u00fc\"]]");
    }

    @ParameterizedTest
    @CsvSource({"tokens[0].role,read,one is empty", "tokens[0].token,' x',begins or ends with white space",
            "tokens[0].tenant,'a ',begins or ends with white space",
            "tokens[0].tenant,'','tenant: expected at least one character but was empty'",
            "tokens[1].token,x,expected each token once but one comes twice"})
    void whatCannotBeMeantFailsTheStart(String key, String value, String said) {
        Map<String, String> settings = new HashMap<>(Map.of(key, value));
        if (!said.startsWith("one is")) {
            settings.putIfAbsent("tokens[0].token", "x");
        }
        assertThatThrownBy(() -> bound(settings)).rootCause().hasMessageStartingWith("longwave.api.access.tokens: ")
                .hasMessageContaining(said);
    }

    private static AccessProperties bound(Map<String, String> settings) {
        Map<String, String> properties = new HashMap<>();
        settings.forEach((key, value) -> properties.put(PREFIX + "." + key, value));
        return new Binder(new MapConfigurationPropertySource(properties)).bind(PREFIX, AccessProperties.class).get();
    }
}
