package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.longwave.standalone.command.CommandException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;

class DatabaseTest {

    private static final Map<String, String> ENVIRONMENT = Map.of("PGUSER", "eve", "PGPASSWORD", "pass");

    @Test
    void takesAJdbcUrlAsItIs() {
        assertThat(Database.external("jdbc:postgresql://db/longwave?user=u", Map.of()))
                .isEqualTo(new Database("jdbc:postgresql://db/longwave?user=u", null,
                        null));
    }

    @Test
    void takesTheUrlThatPostgresProgramsTake() {
        assertThat(Database.external("postgresql://ann:se:cret@db:6543/longwave?sslmode=require", ENVIRONMENT)).isEqualTo(new Database(
                "jdbc:postgresql://db:6543/longwave?sslmode=require", "ann", "se:cret"));
    }

    @Test
    void userAndPasswordThatTheUrlLeavesOutComeFromTheEnvironment() {
        assertThat(Database.external("postgresql://db/longwave", ENVIRONMENT))
                .isEqualTo(new Database("jdbc:postgresql://db/longwave", "eve", "pass"));
        assertThat(Database.external("postgresql://ann@db/longwave", ENVIRONMENT))
                .isEqualTo(new Database("jdbc:postgresql://db/longwave", "ann", "pass"));
        assertThat(Database.external("jdbc:postgresql://db/longwave", ENVIRONMENT))
                .isEqualTo(new Database("jdbc:postgresql://db/longwave", "eve", "pass"));
    }

    @Test
    void theDriverPrefersWhatTheUrlSays() {
        Database database = Database.external("jdbc:postgresql://db/longwave?user=ann&password=hers", ENVIRONMENT);
        Properties given = new Properties();
        given.setProperty("user", Objects.requireNonNull(database.user()));
        given.setProperty("password", Objects.requireNonNull(database.password()));
        assertThat(Driver.parseURL(database.jdbcUrl(), given)).containsEntry("user", "ann").containsEntry("password", "hers");
    }

    @Test
    void saysWhatItExpectedInsteadOfAnythingElse() {
        for (String wrong : new String[]{"db:5432", "postgresql://db", "jdbc:mysql://db/longwave"}) {
            assertThatExceptionOfType(CommandException.class).isThrownBy(() -> Database.external(wrong))
                    .withMessageContaining("--external-postgres")
                    .withMessageContaining(wrong);
        }
    }

    @Test
    void doesNotShowItsPassword() {
        assertThat(Database.external("postgresql://ann:hidden@db/longwave")).asString().doesNotContain("hidden");
    }
}
