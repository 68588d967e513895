package io.longwave.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.longwave.standalone.stream.StreamCommand;
import io.longwave.standalone.train.TrainCommand;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Holds ops/k8s against the schema of Kubernetes, the services and docker-compose.yml, because no cluster runs the tests. Where kubectl is, it also puts
 * the files together.
 */
class KubernetesManifestsTest {
    private static final Path FOLDER = Repository.ROOT.resolve("ops/k8s");
    private static final String USER = "10001";
    /** Seconds that Spring waits for requests under way, and that a pod sleeps before it is told to end. */
    private static final long GRACE = 30 + 5;

    private final List<HasMetadata> production = Manifests.ofFolder(FOLDER);
    private final List<HasMetadata> dev = Manifests.ofFolder(FOLDER.resolve("dev"));
    private final List<HasMetadata> jobs = Stream.of("train", "stream-repair")
            .flatMap(job -> Manifests.read(Repository.text(FOLDER.resolve("jobs/" + job + ".yaml"))).stream()).toList();

    // ---- as Kubernetes defines it ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "base/model-service.yaml | readOnlyRootFilesystem: true | readOnlyRootFileSystem: true | readOnlyRootFileSystem",
            "base/model-service.yaml | containerPort: 8082 | containerport: 8082 | containerport",
            "base/model-service.yaml | port: \"8082\" | port: 8082 | prometheus.io/port",
            "base/model-service.yaml | containerPort: 8082 | containerPort: \"8082\" | containerPort",
            "base/model-service.yaml | maxUnavailable: 1 | maxUnavailble: 1 | maxUnavailble",
            "base/model-service.yaml | apiVersion: policy/v1 | apiVersion: policy/v1beta1 | policy/v1beta1",
            "base/ingest-service.yaml| configMapKeyRef: | configMapRef: | configMapRef",
            "base/models.yaml | accessModes: [ReadWriteMany] | accessModes: ReadWriteMany | accessModes",
            "dev/postgres.yaml | volumeClaimTemplates: | volumeClaimTemplate: | volumeClaimTemplate",
            "jobs/train.yaml | \"336\" | 336 | args",
            "jobs/train.yaml | restartPolicy: OnFailure | restartPolicies: OnFailure | restartPolicies"})
    void aMistakeIsFoundAndNamed(String file, String right, String wrong, String named) {
        String text = Repository.text(FOLDER.resolve(file));
        assertThat(Manifests.read(text)).isNotEmpty();
        assertThat(text).contains(right);
        assertThatThrownBy(() -> Manifests.read(text.replace(right, wrong))).hasMessageContaining(named);
    }

    @Test
    void everyFileIsNamedByTheKustomizationOfItsFolder() throws IOException {
        for (String folder : List.of("", "base", "dev")) {
            Path path = FOLDER.resolve(folder);
            Manifests.Kustomization kustomization = Manifests.kustomization(path);
            assertThat(kustomization.apiVersion()).isEqualTo("kustomize.config.k8s.io/v1beta1");
            assertThat(kustomization.kind()).isEqualTo("Kustomization");
            assertThat(kustomization.resources().stream().filter(resource -> resource.endsWith(".yaml"))).as(path.toString())
                    .containsExactlyInAnyOrderElementsOf(yamlFiles(path, "kustomization.yaml"));
        }
        assertThat(yamlFiles(FOLDER.resolve("jobs"))).as("made one by one, never applied").containsExactlyInAnyOrder("train.yaml",
                "stream-repair.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dev"})
    void kubectlPutsTheFilesTogether(String folder) throws Exception {
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator)).anyMatch(path -> Files.isExecutable(Path.of(path, "kubectl"))),
                "no kubectl on the PATH");
        Process process = new ProcessBuilder("kubectl", "kustomize", FOLDER.resolve(folder).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        List<HasMetadata> objects = Manifests.read(output);
        assertThat(objects).allSatisfy(object -> assertThat(
                object instanceof Namespace
                        ? object.getMetadata().getName()
                        : object.getMetadata().getNamespace())
                .isEqualTo("longwave"));
        boolean trial = folder.equals("dev");
        assertThat(Manifests.all(objects, Deployment.class)).hasSize(3)
                .allSatisfy(deployment -> assertThat(deployment.getSpec().getReplicas()).isEqualTo(trial ? 1 : 2));
        assertThat(Manifests.named(objects, PersistentVolumeClaim.class, "models").getSpec().getAccessModes())
                .containsExactly(trial ? "ReadWriteOnce" : "ReadWriteMany");
        assertThat(Manifests.find(objects, Secret.class, "postgres").isPresent()).isEqualTo(trial);
    }

    // ---- as the services say -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"ingest-service", "model-service", "forecast-api"})
    void aServiceIsStartedProbedAndReachedAsItsOwnConfigurationSays(String name) {
        Settings settings = new Settings(name);
        Deployment deployment = Manifests.named(production, Deployment.class, name);
        PodTemplateSpec template = deployment.getSpec().getTemplate();
        Container container = only(template.getSpec().getContainers());
        Map<String, Object> compose = Repository.map(Repository.composeServices().get(name));

        assertThat(container.getImage()).isEqualTo(compose.get("image"));
        assertThat(only(container.getPorts()).getContainerPort()).isEqualTo(settings.port());
        assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo(Settings.LIVENESS);
        assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo(Settings.LIVENESS);
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo(Settings.READINESS);
        assertThat(settings.hasProbes()).isTrue();
        assertThat(settings.healthGroups()).as("liveness asks for nothing outside the process").doesNotContainKey("liveness");
        assertThat(container.getEnv()).extracting(EnvVar::getName).allMatch(settings::knows, "a setting of " + name);

        // Compose tells a service to listen everywhere; that is what it does by itself.
        Set<String> variables = new TreeSet<>(Repository.map(compose, "environment").keySet());
        variables.remove("SERVER_ADDRESS");
        assertThat(container.getEnv()).extracting(EnvVar::getName).containsExactlyInAnyOrderElementsOf(variables);

        Service service = Manifests.named(production, Service.class, name);
        assertThat(only(service.getSpec().getPorts()).getPort()).isEqualTo(settings.port());
        assertThat(template.getMetadata().getAnnotations()).containsEntry("prometheus.io/scrape", "true")
                .containsEntry("prometheus.io/port", Integer.toString(settings.port()))
                .containsEntry("prometheus.io/path", "/actuator/prometheus");
        assertThat(template.getSpec().getTerminationGracePeriodSeconds()).isGreaterThan(GRACE);
        assertThat(container.getLifecycle().getPreStop().getExec().getCommand()).containsExactly("sleep", "5");
    }

    @Test
    void servicesFindEachOtherKafkaAndPostgresUnderTheNamesAndPortsOfTheirServices() {
        Map<String, String> api = values(Manifests.named(production, Deployment.class, "forecast-api"));
        assertThat(answers(production, URI.create(api.get("LONGWAVE_MODELSERVICE_URL")))).isTrue();

        Map<String, String> addresses = Manifests.named(dev, ConfigMap.class, "addresses").getData();
        assertThat(answers(dev, URI.create("kafka://" + addresses.get("kafka")))).isTrue();
        assertThat(answers(dev, URI.create(addresses.get("database").substring("jdbc:".length())))).isTrue();

        Map<String, String> kafka = values(Manifests.named(dev, StatefulSet.class, "kafka"));
        assertThat(kafka.get("KAFKA_ADVERTISED_LISTENERS")).isEqualTo("PLAINTEXT://" + addresses.get("kafka"));
        Map<String, String> compose = new HashMap<>();
        Repository.map(Repository.composeServices().get("kafka"), "environment")
                .forEach((name, value) -> compose.put(name, value.toString()));
        for (String place : List.of("KAFKA_LOG_DIRS", "KAFKA_CONTROLLER_QUORUM_VOTERS")) {
            assertThat(kafka.remove(place)).isNotNull();
            compose.remove(place);
        }
        assertThat(kafka).isEqualTo(compose);
        assertThat(addresses.get("database"))
                .endsWith("/" + values(Manifests.named(dev, StatefulSet.class, "postgres")).get("POSTGRES_DB"));
        for (String name : List.of("kafka", "postgres")) {
            assertThat(only(Manifests.named(dev, StatefulSet.class, name).getSpec().getTemplate().getSpec().getContainers()).getImage())
                    .isEqualTo(Repository.map(Repository.composeServices().get(name)).get("image"));
        }
    }

    @Test
    void modelServiceReadsWhatTheCommandLineRegisters() {
        Container service = only(
                Manifests.named(production, Deployment.class, "model-service").getSpec().getTemplate().getSpec().getContainers());
        String models = values(Manifests.named(production, Deployment.class, "model-service")).get("LONGWAVE_MODELS_DIRECTORY");
        assertThat(mount(service, "models").getMountPath()).isEqualTo(models);
        assertThat(mount(service, "models").getReadOnly()).isTrue();
        Container training = only(job("train").getContainers());
        assertThat(((List<?>) Repository.map(Repository.composeServices().get("longwave")).get("volumes")).stream().map(Object::toString))
                .contains("models:" + mount(training, "models").getMountPath(), "training:" + mount(training, "training").getMountPath());
        assertThat(mount(training, "models").getReadOnly()).isNull();
        assertThat(job("train").getVolumes()).filteredOn(volume -> volume.getName().equals("models"))
                .extracting(volume -> volume.getPersistentVolumeClaim().getClaimName()).containsExactly("models");
    }

    @Test
    void jobsAreCommandsOfTheCommandLine() {
        for (HasMetadata job : jobs) {
            Container container = only(((Job) job).getSpec().getTemplate().getSpec().getContainers());
            List<String> args = container.getArgs();
            CommandLine command = new CommandLine(args.getFirst().equals("train") ? new TrainCommand() : new StreamCommand())
                    .setCaseInsensitiveEnumValuesAllowed(true);
            assertThat(command.getCommandName()).isEqualTo(args.getFirst());
            command.parseArgs(args.subList(1, args.size()).toArray(String[]::new));
            assertThat(container.getImage()).isEqualTo(Repository.map(Repository.composeServices().get("longwave")).get("image"));
            Set<String> variables = container.getEnv().stream().map(EnvVar::getName).collect(Collectors.toSet());
            args.stream().filter(arg -> arg.startsWith("$("))
                    .forEach(arg -> assertThat(variables).contains(arg.substring(2, arg.length() - 1)));
        }
    }

    // ---- as they say of each other -----------------------------------------------------------------------------------------------

    @Test
    void everyNameThatIsReferredToIsThere() {
        // The password is not in git: production expects the Secret, and dev has one that says what it is.
        Manifests.Kustomization.Generator secret = only(Manifests.kustomization(FOLDER.resolve("dev")).secretGenerator());
        assertThat(secret.literals()).filteredOn(literal -> literal.startsWith("password="))
                .allMatch(literal -> literal.contains("example"));
        Set<String> keys = secret.literals().stream().map(literal -> literal.substring(0, literal.indexOf('=')))
                .collect(Collectors.toSet());
        for (List<HasMetadata> objects : List.of(production, dev)) {
            Stream.concat(objects.stream(), jobs.stream()).flatMap(Manifests::template).map(PodTemplateSpec::getSpec).forEach(pod -> {
                for (EnvVar variable : only(pod.getContainers()).getEnv()) {
                    if (variable.getValueFrom() == null) {
                        assertThat(variable.getValue()).as(variable.getName()).isNotEmpty();
                    } else if (variable.getValueFrom().getConfigMapKeyRef() != null) {
                        var from = variable.getValueFrom().getConfigMapKeyRef();
                        assertThat(Manifests.named(objects, ConfigMap.class, from.getName()).getData()).containsKey(from.getKey());
                    } else {
                        assertThat(variable.getValueFrom().getSecretKeyRef().getName()).isEqualTo(secret.name());
                        assertThat(keys).contains(variable.getValueFrom().getSecretKeyRef().getKey());
                    }
                }
                for (Volume volume : pod.getVolumes()) {
                    if (volume.getPersistentVolumeClaim() != null) {
                        Manifests.named(objects, PersistentVolumeClaim.class, volume.getPersistentVolumeClaim().getClaimName());
                    }
                }
            });
        }
    }

    @Test
    void whatIsMountedIsDeclaredAndWhatIsDeclaredIsMounted() {
        pods().forEach(object -> Manifests.template(object).forEach(template -> {
            Set<String> declared = template.getSpec().getVolumes().stream().map(Volume::getName)
                    .collect(Collectors.toCollection(HashSet::new));
            if (object instanceof StatefulSet set) {
                set.getSpec().getVolumeClaimTemplates().forEach(claim -> declared.add(claim.getMetadata().getName()));
            }
            assertThat(only(template.getSpec().getContainers()).getVolumeMounts()).extracting(VolumeMount::getName)
                    .containsExactlyInAnyOrderElementsOf(declared);
        }));
    }

    @Test
    void selectorsMatchThePodsTheyAreFor() {
        for (Service service : Manifests.all(dev, Service.class)) {
            HasMetadata owner = dev.stream().filter(object -> Manifests.template(object).findAny().isPresent())
                    .filter(object -> object.getMetadata().getName().equals(service.getMetadata().getName())).findFirst().orElseThrow();
            PodTemplateSpec template = Manifests.template(owner).findFirst().orElseThrow();
            Map<String, String> labels = template.getMetadata().getLabels();
            assertThat(labels).containsEntry("app.kubernetes.io/name", service.getMetadata().getName());
            assertThat(service.getSpec().getSelector()).isEqualTo(labels);
            assertThat(owner instanceof Deployment deployment
                    ? deployment.getSpec().getSelector().getMatchLabels()
                    : ((StatefulSet) owner).getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
            template.getSpec().getTopologySpreadConstraints()
                    .forEach(spread -> assertThat(spread.getLabelSelector().getMatchLabels()).isEqualTo(labels));
            List<String> ports = only(template.getSpec().getContainers()).getPorts().stream().map(ContainerPort::getName).toList();
            assertThat(service.getSpec().getPorts()).extracting(ServicePort::getTargetPort)
                    .allMatch(port -> ports.contains(port.getStrVal()));
        }
        for (Deployment deployment : Manifests.all(production, Deployment.class)) {
            String name = deployment.getMetadata().getName();
            assertThat(Manifests.named(production, PodDisruptionBudget.class, name).getSpec().getSelector().getMatchLabels())
                    .isEqualTo(deployment.getSpec().getSelector().getMatchLabels());
        }
    }

    // ---- what a pod may ----------------------------------------------------------------------------------------------------------

    @Test
    void podsOfOursRunAsTheUserOfTheImageWithTmpAsTheOnlyPlaceToWrite() {
        assertThat(Repository.dockerfile()).contains("--uid " + USER + " ", "--gid " + USER + " ", "\nUSER " + USER + ":" + USER + "\n");
        ours().forEach(template -> {
            PodSpec pod = template.getSpec();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getRunAsUser()).hasToString(USER);
            assertThat(pod.getSecurityContext().getRunAsGroup()).hasToString(USER);
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            Container container = only(pod.getContainers());
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(mount(container, "tmp").getMountPath()).isEqualTo("/tmp");
            assertThat(pod.getVolumes()).filteredOn(volume -> volume.getName().equals("tmp")).extracting(Volume::getEmptyDir)
                    .doesNotContainNull();
            boolean models = pod.getVolumes().stream().anyMatch(volume -> volume.getName().equals("models"));
            assertThat(!models || USER.equals(String.valueOf(pod.getSecurityContext().getFsGroup()))).as("may write to the volume")
                    .isTrue();
        });
    }

    @Test
    void podsGetTheMemoryTheyAskForAndNothingTheyDoNotUse() {
        ours().forEach(template -> {
            Container container = only(template.getSpec().getContainers());
            Quantity memory = container.getResources().getLimits().get("memory");
            assertThat(container.getResources().getRequests().get("memory")).isEqualTo(memory);
            assertThat(Quantity.getAmountInBytes(memory)).isGreaterThanOrEqualTo(Quantity.getAmountInBytes(new Quantity("512Mi")));
            assertThat(container.getResources().getRequests()).containsKey("cpu");
        });
        pods().flatMap(Manifests::template).map(PodTemplateSpec::getSpec).forEach(pod -> {
            assertThat(pod.getEnableServiceLinks()).as("variables of Services would be settings").isFalse();
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        });
    }

    private Stream<HasMetadata> pods() {
        return Stream.of(production, dev, jobs).flatMap(List::stream).filter(object -> Manifests.template(object).findAny().isPresent());
    }

    private Stream<PodTemplateSpec> ours() {
        return Stream.of(production, jobs).flatMap(List::stream).flatMap(Manifests::template);
    }

    private PodSpec job(String prefix) {
        return jobs.stream().filter(job -> job.getMetadata().getGenerateName().equals(prefix + "-")).findFirst().flatMap(
                job -> Manifests.template(job).findFirst()).orElseThrow().getSpec();
    }

    private static boolean answers(List<HasMetadata> objects, URI address) {
        return Manifests.named(objects, Service.class, address.getHost()).getSpec().getPorts().stream()
                .anyMatch(port -> port.getPort() == address.getPort());
    }

    private static Map<String, String> values(HasMetadata object) {
        return only(Manifests.template(object).findFirst().orElseThrow().getSpec().getContainers()).getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue, (first, _) -> first, HashMap::new));
    }

    private static VolumeMount mount(Container container, String name) {
        return container.getVolumeMounts().stream().filter(mount -> mount.getName().equals(name)).findFirst().orElseThrow();
    }

    private static <T> T only(List<T> list) {
        assertThat(list).hasSize(1);
        return list.getFirst();
    }

    private static List<String> yamlFiles(Path folder, String... without) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::getFileName).map(Path::toString).filter(name -> name.endsWith(".yaml"))
                    .filter(name -> !List.of(without).contains(name)).toList();
        }
    }
}
