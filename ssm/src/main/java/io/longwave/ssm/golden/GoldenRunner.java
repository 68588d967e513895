package io.longwave.ssm.golden;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.golden.GoldenCheck.Bounds;
import io.longwave.ssm.golden.GoldenCheck.Computed;
import io.longwave.ssm.golden.GoldenResult.Group;
import io.longwave.ssm.golden.GoldenResult.Status;

/** Runs golden files against the checks that know their kind; a bad file never keeps the others from running. */
public final class GoldenRunner {
    private static final double DOUBLE_ROUNDING = 0x1p-40;

    private final List<GoldenCheck> checks;

    public GoldenRunner(List<? extends GoldenCheck> checks) {
        this.checks = List.copyOf(checks);
    }

    /** Runs one file on each set of kernels. */
    public List<GoldenResult> run(Path file, List<? extends Kernels> backends) {
        String name = String.valueOf(file.getFileName());
        GoldenCase golden;
        try {
            golden = GoldenCase.read(file);
        } catch (GoldenCaseException e) {
            return List.of(new GoldenResult(name, "", Status.UNREADABLE, List.of(), String.valueOf(e.getMessage())));
        }
        GoldenCheck check = find(golden.name());
        if (check == null) {
            return List.of(new GoldenResult(name, "", Status.UNKNOWN_KIND, List.of(),
                    "no check knows case " + golden.name() + "; known kinds: " + checks.stream().map(GoldenCheck::kind).toList()));
        }
        List<GoldenResult> results = new ArrayList<>();
        for (Kernels kernels : backends) {
            results.add(run(name, golden, check, kernels));
        }
        return results;
    }

    private static GoldenResult run(String name, GoldenCase golden, GoldenCheck check, Kernels kernels) {
        boolean wide = kernels.roundingUnit() < DOUBLE_ROUNDING;
        try {
            Bounds bounds = wide ? check.doublePrecisionBounds(golden) : check.singlePrecisionBounds(golden);
            if (!bounds.checked()) {
                return new GoldenResult(name, kernels.numericProfile(), Status.SKIPPED, List.of(),
                        "amplifies rounding: compared in float64 only");
            }
            Computed computed = check.compute(golden, kernels);
            List<Group> groups = new ArrayList<>();
            groups.add(compare(golden, check, "outputs", golden.section("outputs"), computed.outputs(), bounds.outputs(), bounds.floor()));
            if (!golden.section("grads").isEmpty()) {
                groups.add(compare(golden, check, "grads", golden.section("grads"), computed.grads(), bounds.grads(), bounds.floor()));
            }
            boolean passed = groups.stream().allMatch(Group::holds);
            return new GoldenResult(name, kernels.numericProfile(), passed ? Status.PASSED : Status.FAILED, groups, "");
        } catch (GoldenCaseException | IllegalArgumentException e) {
            return new GoldenResult(name, kernels.numericProfile(), Status.FAILED, List.of(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // Sizes that contradict each other in a way that the check does not look for.
            return new GoldenResult(name, kernels.numericProfile(), Status.FAILED, List.of(),
                    "expected sizes that fit together but the check failed on them: " + e);
        }
    }

    private static Group compare(GoldenCase golden, GoldenCheck check, String group, Map<String, GoldenTensor> expected,
            Map<String, double[]> found, double bound, double floor) {
        String worst = "";
        double worstError = -1;
        for (Map.Entry<String, GoldenTensor> entry : expected.entrySet()) {
            double[] reference = entry.getValue().data();
            double[] values = found.get(entry.getKey());
            if (values == null) {
                throw new GoldenCaseException(
                        group + "." + entry.getKey() + " is expected but this kind of case computes only " + found.keySet());
            }
            if (values.length != reference.length) {
                throw new GoldenCaseException(
                        group + "." + entry.getKey() + ": expected " + values.length + " numbers but the file has " + reference.length);
            }
            double scale = Math.max(floor, largest(golden, check, entry.getKey(), reference));
            for (int i = 0; i < reference.length; i++) {
                if (!check.compares(golden, entry.getKey(), i)) {
                    continue;
                }
                double error = Math.abs(values[i] - reference[i]) / scale;
                if (!(error <= worstError)) {
                    worstError = error;
                    worst = entry.getKey();
                }
                if (Double.isNaN(error)) {
                    return new Group(group, entry.getKey(), error, bound);
                }
            }
        }
        return new Group(group, worst, Math.max(worstError, 0), bound);
    }

    private static double largest(GoldenCase golden, GoldenCheck check, String tensor, double[] reference) {
        double largest = 0;
        for (int i = 0; i < reference.length; i++) {
            if (check.compares(golden, tensor, i)) {
                largest = Math.max(largest, Math.abs(reference[i]));
            }
        }
        return largest;
    }

    /** The check with the longest kind that starts the name. */
    private @Nullable GoldenCheck find(String caseName) {
        GoldenCheck best = null;
        for (GoldenCheck check : checks) {
            boolean matches = caseName.equals(check.kind()) || caseName.startsWith(check.kind() + "_")
                    || caseName.startsWith(check.kind() + "-");
            if (matches && (best == null || check.kind().length() > best.kind().length())) {
                best = check;
            }
        }
        return best;
    }
}
