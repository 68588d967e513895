package io.longwave;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows between packages. A new package adds its row here; an arrow that is missing here is a design question. */
class ArchitectureTest {

    /** Package (with everything below it, longest name wins) and the packages of ours it may use beside itself. */
    private static final Map<String, List<String>> ARROWS = new LinkedHashMap<>();

    static {
        row("series");
        row("wire", "series");

        row("tensor");
        row("cuda");
        row("kernel", "tensor");
        row("kernel.cuda", "tensor", "kernel", "cuda");
        row("backend", "tensor", "kernel", "cuda");

        row("ssm", "tensor", "kernel", "backend");
        row("ssm.streaming");
        row("ssm.conformal");
        row("ssm.online", "ssm.streaming", "ssm.conformal");
        row("ssm.classify", "ssm.catalog", "train", "checkpoint");
        row("ssm.forecast", "ssm.catalog", "ssm.streaming", "ssm.joint", "train", "checkpoint");
        row("ssm.joint", "ssm.catalog", "ssm.streaming", "ssm.conformal", "train", "checkpoint");
        row("ssm.windowed", "kernel", "ssm.streaming", "ssm.conformal", "train", "checkpoint");
        row("ssm.complex");
        row("ssm.hippo", "kernel", "ssm.complex", "ssm.golden");
        row("ssm.discretize", "tensor", "kernel", "ssm.complex", "ssm.hippo", "ssm.golden", "ssm.sequence", "ssm.tape");
        for (String family : List.of("ssm.s4", "ssm.s4d", "ssm.dss", "ssm.ptd")) {
            row(family, "tensor", "kernel", "ssm.complex", "ssm.hippo", "ssm.discretize", "ssm.golden", "ssm.sequence", "ssm.tape");
        }
        row("ssm.sequence", "tensor", "kernel", "backend", "ssm", "train", "checkpoint");
        row("ssm.spacetime", "tensor", "kernel", "backend", "ssm", "train", "checkpoint");
        row("ssm.longconv", "tensor", "kernel", "ssm.sequence", "ssm.tape", "ssm.golden");
        row("ssm.mamba", "tensor", "kernel", "ssm.sequence", "ssm.tape", "ssm.golden");
        row("ssm.chimera", "tensor", "kernel", "backend", "ssm", "train");
        row("ssm.golden", "tensor", "kernel", "backend", "ssm", "ssm.spacetime");
        row("ssm.catalog", "tensor", "kernel", "backend", "ssm", "train", "checkpoint");
        row("train", "checkpoint");
        row("train.classify", "train", "checkpoint");
        row("train.reconstruct", "train", "checkpoint");
        row("train.anomaly", "train");
        row("train.ucr", "train", "train.classify");
        row("train.wav", "train", "train.classify");
        row("train.wfdb", "train", "train.classify");
        row("train.smd", "train", "train.anomaly");
        row("train.layout", "train");
        row("train.nab", "train", "ssm.streaming");
        row("checkpoint", "train");

        row("db", "series", "wire");

        row("ingest", "series", "wire");
        row("model", "series", "wire", "db", "ssm", "train", "checkpoint", "backend");
        row("api", "series", "wire", "db");

        row("standalone", "series", "wire", "tensor", "kernel", "backend", "cuda", "ssm", "train", "checkpoint", "db", "ingest", "model",
                "api");
    }

    private static JavaClasses ours;

    private static void row(String from, String... to) {
        ARROWS.put("io.longwave." + from, List.of(to).stream().map("io.longwave."::concat).toList());
    }

    @BeforeAll
    static void read() {
        ours = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.longwave");
    }

    @Test
    void everyPackageHasARowAndUsesOnlyWhatItsRowAllows() {
        TreeSet<String> broken = new TreeSet<>();
        for (JavaClass from : ours) {
            if (isGenerated(from)) {
                continue;
            }
            String row = rowOf(from);
            if (row == null) {
                broken.add(from.getPackageName() + " has no row");
                continue;
            }
            for (Dependency arrow : from.getDirectDependenciesFromSelf()) {
                JavaClass to = arrow.getTargetClass().getBaseComponentType();
                if (to.getPackageName().startsWith("io.longwave.") && !allowed(row, to.getPackageName())) {
                    broken.add(from.getName() + " -> " + to.getName());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void servicesNeverImportEachOther() {
        for (String service : List.of("ingest", "model", "api")) {
            List<String> others = new ArrayList<>(
                    List.of("io.longwave.ingest..", "io.longwave.model..", "io.longwave.api..", "io.longwave.standalone.."));
            others.remove("io.longwave." + service + "..");
            noClasses().that().resideInAPackage("io.longwave." + service + "..").should().dependOnClassesThat()
                    .resideInAnyPackage(others.toArray(String[]::new)).check(ours);
        }
    }

    @Test
    void onlyTheSimdKernelsTouchTheVectorApi() {
        noClasses().that().resideOutsideOfPackage("io.longwave.kernel.simd..").should().dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..").check(ours);
    }

    @Test
    void onlyTheDriverOfCudaDevicesTouchesJcuda() {
        noClasses().that().resideOutsideOfPackage("io.longwave.cuda.driver..").should().dependOnClassesThat().resideInAPackage("jcuda..")
                .check(ours);
    }

    @Test
    void theMathsKnowsNoSpringNoKafkaAndNoJdbc() {
        noClasses().that()
                .resideInAnyPackage("io.longwave.series..", "io.longwave.tensor..", "io.longwave.kernel..", "io.longwave.backend..",
                        "io.longwave.ssm..",
                        "io.longwave.train..", "io.longwave.checkpoint..")
                .should().dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "org.apache.kafka..", "java.sql..", "javax.sql..").check(ours);
    }

    @Test
    void ingestKnowsNoJdbc() {
        noClasses().that().resideInAPackage("io.longwave.ingest..").should().dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..").check(ours);
    }

    @Test
    void theStreamReadsNoClockAndNoRandomSource() {
        DescribedPredicate<JavaClass> clocks = DescribedPredicate.describe("clocks and random sources",
                type -> List.of("java.time.Clock", "java.util.Random", "java.util.concurrent.ThreadLocalRandom").contains(type.getName()));
        DescribedPredicate<JavaMethodCall> readings = DescribedPredicate.describe("of a clock or a random number",
                call -> List.of("currentTimeMillis", "nanoTime", "now", "random", "randomUUID").contains(call.getName()));
        classes().that(areInTheStream()).should().onlyDependOnClassesThat(DescribedPredicate.not(clocks)).check(ours);
        noClasses().that(areInTheStream()).should().callMethodWhere(readings).check(ours);
    }

    @Test
    void whatAStreamComputesHasTheSameBitsOnEveryMachine() {
        // Math may take the instructions of a processor for these, StrictMath may not.
        Set<String> loose = Set.of("exp", "expm1", "log", "log1p", "log10", "pow", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan",
                "asin", "acos", "atan2", "cbrt", "hypot");
        DescribedPredicate<JavaMethodCall> calls = DescribedPredicate.describe("of a function of Math whose bits may differ",
                call -> call.getTargetOwner().isEquivalentTo(Math.class) && loose.contains(call.getName()));
        // Groups judge rows once and for all: what their networks compute is never computed again.
        noClasses().that(areInTheStream()).and().resideOutsideOfPackage("io.longwave.ssm.joint..").or().haveSimpleName("Transform").or()
                .haveSimpleName("DiagonalFit").or()
                .resideInAPackage("io.longwave.ssm.complex..").should().callMethodWhere(calls).check(ours);
    }

    /** What a batch of the stream goes through between its records and its rows, and what states are made of. */
    private static DescribedPredicate<JavaClass> areInTheStream() {
        List<String> packages = List.of("ssm.streaming", "ssm.windowed", "ssm.online", "ssm.conformal", "ssm.joint", "model.anomaly");
        List<String> classes = List.of("BatchRun", "BatchStep", "BatchResults", "SeriesRun", "StreamRules", "StreamRecord", "SeriesStates",
                "SeriesSlot", "SlotBytes", "Outlooks", "JointIncident");
        return DescribedPredicate.describe("are in the stream",
                type -> packages.stream().anyMatch(name -> type.getPackageName().equals("io.longwave." + name))
                        || Stream.of(type.getName().substring(type.getName().lastIndexOf('.') + 1).split("\\$"))
                                .anyMatch(name -> classes.contains(name) || name.endsWith("Recurrence")));
    }

    @Test
    void familiesDoNotImportEachOther() {
        SlicesRuleDefinition.slices().matching("io.longwave.ssm.(online|spacetime|s4|s4d|dss|ptd|longconv|mamba|chimera)..").should()
                .notDependOnEachOther().allowEmptyShould(true).check(ours);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes().that().haveSimpleName("package-info").and().resideOutsideOfPackage("io.longwave..proto..").should()
                .beAnnotatedWith(org.jspecify.annotations.NullMarked.class).allowEmptyShould(true).check(ours);
        TreeSet<String> bare = new TreeSet<>();
        for (JavaClass type : ours) {
            if (!isGenerated(type) && !ours.contain(type.getPackageName() + ".package-info")) {
                bare.add(type.getPackageName());
            }
        }
        assertThat(bare).as("packages without a @NullMarked package-info.java").isEmpty();
    }

    private static boolean isGenerated(JavaClass type) {
        return type.getPackageName().endsWith(".proto");
    }

    private static String rowOf(JavaClass type) {
        String best = null;
        for (String row : ARROWS.keySet()) {
            if (inside(type.getPackageName(), row) && (best == null || row.length() > best.length())) {
                best = row;
            }
        }
        return best;
    }

    private static boolean allowed(String row, String target) {
        return inside(target, row) || ARROWS.getOrDefault(row, List.of()).stream().anyMatch(to -> inside(target, to));
    }

    private static boolean inside(String name, String row) {
        return name.equals(row) || name.startsWith(row + ".");
    }
}
