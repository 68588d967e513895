package io.longwave.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.longwave.standalone.command.CommandException;
import org.junit.jupiter.api.Test;

class DatabaseTest {

    @Test
    void takesAJdbcUrlAsItIs() {
        assertThat(Database.external("jdbc:postgresql://db/longwave?user=u"))
                .isEqualTo(new Database("jdbc:postgresql://db/longwave?user=u", null,
                        null));
    }

    @Test
    void takesTheUrlThatPostgresProgramsTake() {
        assertThat(Database.external("postgresql://ann:se:cret@db:6543/longwave?sslmode=require")).isEqualTo(new Database(
                "jdbc:postgresql://db:6543/longwave?sslmode=require", "ann", "se:cret"));
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
