package io.longwave.containers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a service says of itself: where it listens, how it is probed, which settings it knows. */
final class Settings {
    static final String READINESS = "/actuator/health/readiness";
    static final String LIVENESS = "/actuator/health/liveness";

    private static final Map<String, String> PACKAGES = Map.of("ingest-service", "io.longwave.ingest", "model-service", "io.longwave.model",
            "forecast-api", "io.longwave.api");

    private final Map<String, Object> configuration;
    private final Set<String> names;

    /** @param service the name of its module */
    Settings(String service) {
        this.configuration = Repository.yaml(Repository.ROOT.resolve(service + "/src/main/resources/" + service + ".yaml"));
        this.names = names(PACKAGES.get(service));
    }

    static Set<String> services() {
        return new TreeSet<>(PACKAGES.keySet());
    }

    int port() {
        return (Integer) Repository.map(configuration, "server").get("port");
    }

    boolean hasProbes() {
        return Boolean.TRUE.equals(Repository.map(configuration, "management", "endpoint", "health", "probes").get("enabled"));
    }

    /** What readiness and liveness ask, where the service says so itself. */
    Map<String, Object> healthGroups() {
        return Repository.map(configuration, "management", "endpoint", "health", "group");
    }

    /** True if the environment variable is read as a setting of this service. */
    boolean knows(String variable) {
        return names.contains(variable.toLowerCase(Locale.ROOT).replace('_', '.'));
    }

    /** Names of all settings, lower case and without dashes, as environment variables are read. */
    private static Set<String> names(String basePackage) {
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
        try {
            for (URL metadata : Collections
                    .list(Settings.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
                try (InputStream in = metadata.openStream()) {
                    for (JsonNode property : JsonMapper.shared().readTree(in).path("properties")) {
                        names.add(property.path("name").asString().replace("-", "").toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }
}
