package io.longwave.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** Objects of Kubernetes, read so that a name the API does not have, or a value of another type, is an error: kubectl alone sends them on, or drops them with a warning. */
final class Manifests {
    private static final JsonMapper STRICT = JsonMapper.builder()
            // The model keeps what it does not know beside what it knows; without that place it is unknown.
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
                    return false;
                }
            })
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    private static final List<Class<? extends HasMetadata>> KINDS = List.of(ConfigMap.class, Deployment.class, Job.class, Namespace.class,
            PersistentVolumeClaim.class, PodDisruptionBudget.class, Secret.class, Service.class, StatefulSet.class);

    private Manifests() {}

    /** @throws JacksonException if a document says what the API does not know */
    static List<HasMetadata> read(String yaml) {
        List<HasMetadata> objects = new ArrayList<>();
        for (Object document : new Yaml().loadAll(yaml)) {
            Map<String, Object> fields = Repository.map(document);
            Class<? extends HasMetadata> kind = KINDS.stream().filter(type -> type.getSimpleName().equals(fields.get("kind"))).findFirst()
                    .orElseThrow(() -> new AssertionError("expected one of " + KINDS + " but was " + fields.get("kind")));
            assertThat(fields.get("apiVersion")).as("apiVersion of %s", kind.getSimpleName()).isEqualTo(HasMetadata.getApiVersion(kind));
            objects.add(STRICT.convertValue(document, kind));
        }
        return objects;
    }

    /** What {@code kubectl apply -k} is told in one folder; names of kustomize, of which no others are in use here. */
    record Kustomization(String apiVersion, String kind, @Nullable String namespace, List<String> resources,
            @Nullable List<Map<String, Object>> replicas, @Nullable List<Map<String, Object>> images,
            @Nullable List<Map<String, Object>> patches,
            @Nullable List<Generator> secretGenerator, @Nullable Map<String, Object> generatorOptions) {
        record Generator(String name, List<String> literals) {}
    }

    static Kustomization kustomization(Path folder) {
        return STRICT.convertValue(Repository.yaml(folder.resolve("kustomization.yaml")), Kustomization.class);
    }

    /** All objects of a folder and the folders it names, as they are written. */
    static List<HasMetadata> ofFolder(Path folder) {
        List<HasMetadata> objects = new ArrayList<>();
        for (String resource : kustomization(folder).resources()) {
            Path path = folder.resolve(resource).normalize();
            objects.addAll(resource.endsWith(".yaml") ? read(Repository.text(path)) : ofFolder(path));
        }
        return objects;
    }

    static <T> List<T> all(List<HasMetadata> objects, Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static <T extends HasMetadata> T named(List<HasMetadata> objects, Class<T> kind, String name) {
        return find(objects, kind, name).orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " " + name));
    }

    static <T extends HasMetadata> Optional<T> find(List<HasMetadata> objects, Class<T> kind, String name) {
        return all(objects, kind).stream().filter(object -> object.getMetadata().getName().equals(name)).findFirst();
    }

    /** What pods are made from: empty for objects that make none. */
    static Stream<PodTemplateSpec> template(HasMetadata object) {
        return switch (object) {
            case Deployment deployment -> Stream.of(deployment.getSpec().getTemplate());
            case StatefulSet set -> Stream.of(set.getSpec().getTemplate());
            case Job job -> Stream.of(job.getSpec().getTemplate());
            default -> Stream.empty();
        };
    }
}
