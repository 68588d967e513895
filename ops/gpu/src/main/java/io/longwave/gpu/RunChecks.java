package io.longwave.gpu;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.golden.GoldenResult;
import io.longwave.ssm.golden.GoldenRunner;
import tools.jackson.databind.node.ArrayNode;

/** Golden cases and contract tests on the device; the golden cases on the processor too. Exit code 1 if anything fails. */
public final class RunChecks {
    private static final String CONTRACT_TESTS = "io.longwave.kernel.cuda";
    private static final String ALL_TESTS = ".*Test";

    private RunChecks() {}

    /** @param args folder of golden cases, file of the report, a pattern of the contract tests' full class names (all of them without) */
    public static void main(String[] args) throws IOException {
        Device device = Device.openOrExit();
        String pattern = args.length > 2 ? args[2] : ALL_TESTS;
        Report report = new Report(pattern.equals(ALL_TESTS) ? "run-checks" : "run-checks " + pattern, device, Path.of(args[1]));
        System.out.println(device.description());
        int failures = golden(device.kernels(), Path.of(args[0]), report.root().putArray("golden"));
        failures += contracts(pattern, report.root().putArray("contracts"), System.out);
        report.root().put("failures", failures);
        report.write(System.out);
        System.exit(failures == 0 ? 0 : 1);
    }

    private static int golden(Kernels device, Path folder, ArrayNode results) throws IOException {
        GoldenRunner runner = new GoldenRunner(ModelFamilies.goldenChecks());
        List<Kernels> both = List.of(device, new SimdKernels(Runtime.getRuntime().availableProcessors()));
        int failed = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
                for (GoldenResult result : runner.run(file, both)) {
                    System.out.println(result.line());
                    results.addPOJO(result);
                    failed += result.failed() ? 1 : 0;
                }
            }
        }
        return failed;
    }

    /** All contract tests of the CUDA kernels, one line a class and one for each failure. */
    private static int contracts(String pattern, ArrayNode results, PrintStream out) {
        Counter counter = new Counter(results, out);
        var request = LauncherDiscoveryRequestBuilder.request().selectors(DiscoverySelectors.selectPackage(CONTRACT_TESTS))
                .filters(ClassNameFilter.includeClassNamePatterns(pattern)).build();
        LauncherFactory.create().execute(request, counter);
        out.printf("Contract tests: %d passed, %d failed, %d skipped%n", counter.passed, counter.failed, counter.skipped);
        if (counter.passed == 0) {
            out.println("Contract tests: none were found");
            return 1;
        }
        return counter.failed;
    }

    private static final class Counter implements TestExecutionListener {
        private final ArrayNode results;
        private final PrintStream out;
        private int passed;
        private int failed;
        private int skipped;

        Counter(ArrayNode results, PrintStream out) {
            this.results = results;
            this.out = out;
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            skipped++;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
                switch (result.getStatus()) {
                    case SUCCESSFUL -> passed++;
                    case FAILED -> failed++;
                    case ABORTED -> skipped++;
                }
            } else if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                failed++;
            }
            String reason = result.getThrowable().map(Throwable::toString).orElse("");
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                out.println("FAILED " + test.getUniqueId() + ": " + reason);
            }
            if (test.isTest()) {
                results.addObject().put("test", test.getUniqueId()).put("result", result.getStatus().name()).put("reason", reason);
            }
        }
    }
}
