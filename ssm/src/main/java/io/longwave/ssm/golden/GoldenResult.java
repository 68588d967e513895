package io.longwave.ssm.golden;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Outcome of one case on one set of kernels.
 *
 * @param profile numeric profile of the kernels, empty when the case never ran
 * @param groups largest error per group
 * @param message why it failed, or empty
 */
public record GoldenResult(String file, String profile, Status status, List<Group> groups, String message) {

    public GoldenResult {
        groups = List.copyOf(groups);
    }

    /** How a case ended. */
    public enum Status {
        PASSED, FAILED, UNKNOWN_KIND, UNREADABLE, SKIPPED
    }

    /**
     * Largest error of a group of tensors.
     *
     * @param group {@code outputs} or {@code grads}
     * @param tensor which one it was in
     * @param error |x − ref| / max(floor, max |ref|)
     */
    public record Group(String group, String tensor, double error, double bound) {
        public boolean holds() {
            return error <= bound; // false for NaN
        }
    }

    public boolean failed() {
        return status != Status.PASSED && status != Status.SKIPPED;
    }

    /** One line for a person. */
    public String line() {
        String errors = groups.stream()
                .map(group -> String.format(Locale.ROOT, "%s %.1e of %.0e (%s)", group.group, group.error, group.bound,
                        group.tensor))
                .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "%-12s %-34s %-18s %s%s", status.name().toLowerCase(Locale.ROOT).replace('_', ' '), file, profile,
                errors, message.isEmpty() ? "" : (errors.isEmpty() ? "" : "; ") + message);
    }
}
