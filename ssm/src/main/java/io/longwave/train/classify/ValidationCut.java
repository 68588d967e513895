package io.longwave.train.classify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Cuts validation, or a test part, from sequences; the same seed gives the same cut.
 *
 * <p>Where test and training share no group, the question is how well a model does on new groups, and whole groups are cut; else rows are, each
 * class by its share. Rows keep their order. Sequences that were made of others follow their group into training and are left out where it is taken, and
 * altogether where rows are cut: what they were made of may be.
 */
public final class ValidationCut {

    /** Subsets of groups that are drawn before the best is taken. */
    private static final int DRAWS = 2000;
    /** Rows of a class in validation from which on more make it little better. */
    private static final double ENOUGH = 10;

    private ValidationCut() {}

    /**
     * The data with its validation part cut from training; data that have one already are given back.
     *
     * @param share of the training rows, above 0 and below 1
     * @throws IllegalArgumentException if training is too small for the cut
     */
    public static ClassificationData cut(ClassificationData data, double share, long seed) {
        if (!data.validation().isEmpty()) {
            return data;
        }
        Cut cut = betweenGroups(data)
                ? byGroup(data.train(), data.classes().size(), share, seed)
                : byRow(data.train(), data.classes().size(), share, seed);
        return new ClassificationData(data.classes(), data.channels(), cut.kept, cut.taken, data.test(), data.sha256());
    }

    /** Whether training holds at least two groups and none of them is in test: then a model is judged on groups it has not seen. */
    public static boolean betweenGroups(ClassificationData data) {
        Set<String> train = groups(data.train());
        Set<String> test = groups(data.test());
        return train.size() >= 2 && !train.contains("") && !test.isEmpty() && test.stream().noneMatch(train::contains);
    }

    /**
     * Data without a test part, rows of each class drawn for it by their share.
     *
     * @throws IllegalArgumentException if the data have a test part or are too small
     */
    public static ClassificationData testByRow(ClassificationData data, double share, long seed) {
        if (!data.test().isEmpty()) {
            throw new IllegalArgumentException("expected data without a test part but there are " + data.test().size() + " test rows");
        }
        Cut cut = byRow(data.train(), data.classes().size(), share, seed);
        return new ClassificationData(data.classes(), data.channels(), cut.kept, data.validation(), cut.taken, data.sha256());
    }

    /**
     * One fold of a cross-validation over the training part, and the validation part if there is one: what has an index that leaves {@code fold} when divided by
     * {@code folds} becomes the test part, whatever that was before, and validation is empty. The index counts rows or, where {@link #betweenGroups} says that
     * groups are kept apart, the groups in alphabetical order.
     *
     * @param fold 0 to folds - 1
     */
    public static ClassificationData fold(ClassificationData data, int fold, int folds) {
        List<LabelledSequence> rows = new ArrayList<>(data.train());
        rows.addAll(data.validation());
        List<String> groups = betweenGroups(data) ? List.copyOf(groups(rows)) : List.of();
        if (groups.isEmpty()) {
            rows.removeIf(LabelledSequence::made);
        }
        int most = groups.isEmpty() ? rows.size() : groups.size();
        if (folds < 2 || folds > most || fold < 0 || fold >= folds) {
            throw new IllegalArgumentException(
                    "expected 2 to " + most + " folds and a fold below that but was fold " + fold + " of " + folds);
        }
        Cut cut = divide(rows, i -> (groups.isEmpty() ? i : groups.indexOf(rows.get(i).group())) % folds == fold);
        return new ClassificationData(data.classes(), data.channels(), cut.kept, List.of(), cut.taken, data.sha256());
    }

    private record Cut(List<LabelledSequence> kept, List<LabelledSequence> taken) {}

    private static Cut byRow(List<LabelledSequence> all, int classes, double share, long seed) {
        List<LabelledSequence> rows = recorded(all);
        requireShare(share);
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] taken = new boolean[rows.size()];
        for (int c = 0; c < classes; c++) {
            int label = c;
            int[] members = IntStream.range(0, rows.size()).filter(i -> rows.get(i).label() == label).toArray();
            shuffle(members, random);
            // A class of one row stays in training; any other gives at least one and keeps at least one.
            int take = members.length < 2 ? 0 : (int) Math.clamp(Math.round(share * members.length), 1, members.length - 1);
            for (int i = 0; i < take; i++) {
                taken[members[i]] = true;
            }
        }
        return divide(rows, i -> taken[i]);
    }

    /**
     * Of many random sets of groups the one whose class counts come nearest to the share, a class that is missing on either side costing more than any
     * distance.
     */
    private static Cut byGroup(List<LabelledSequence> rows, int classes, double share, long seed) {
        requireShare(share);
        List<String> names = List.copyOf(groups(rows));
        int[][] counts = new int[names.size()][classes];
        int[] total = new int[classes];
        for (LabelledSequence row : rows) {
            if (!row.made()) {
                counts[names.indexOf(row.group())][row.label()]++;
                total[row.label()]++;
            }
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] best = {0};
        double lowest = Double.POSITIVE_INFINITY;
        for (int draw = 0; draw < DRAWS; draw++) {
            int[] drawn = draw(names.size(), share, random);
            double cost = cost(drawn, counts, total, share);
            if (cost < lowest) {
                lowest = cost;
                best = drawn;
            }
        }
        Set<String> chosen = Arrays.stream(best).mapToObj(names::get).collect(Collectors.toSet());
        return divide(rows, i -> chosen.contains(rows.get(i).group()));
    }

    /** At least one group and not all; around the share of them. */
    private static int[] draw(int groups, double share, SplittableRandom random) {
        int usual = (int) Math.round(share * groups);
        int size = Math.clamp(usual + random.nextInt(-1, 2), 1, groups - 1);
        int[] order = IntStream.range(0, groups).toArray();
        shuffle(order, random);
        return Arrays.copyOf(order, size);
    }

    private static double cost(int[] drawn, int[][] counts, int[] total, double share) {
        double cost = 0;
        long taken = 0;
        long all = 0;
        for (int c = 0; c < total.length; c++) {
            int inside = 0;
            for (int group : drawn) {
                inside += counts[group][c];
            }
            taken += inside;
            all += total[c];
            if (total[c] == 0) {
                continue;
            }
            // Losing a class from training is the worst; a class that validation lacks cannot be judged there, one with few rows hardly.
            double enough = Math.min(ENOUGH, share * total[c]);
            cost += inside == total[c] ? 100.0 * total.length : inside == 0 ? 10.0 * total.length : Math.max(0, 1 - inside / enough);
            cost += Math.abs((double) inside / total[c] - share);
        }
        return cost + Math.abs((double) taken / all - share);
    }

    private static Cut divide(List<LabelledSequence> rows, IntPredicate taken) {
        List<LabelledSequence> kept = new ArrayList<>();
        List<LabelledSequence> out = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (!taken.test(i)) {
                kept.add(rows.get(i));
            } else if (!rows.get(i).made()) {
                out.add(rows.get(i));
            }
        }
        if (kept.isEmpty() || out.isEmpty()) {
            throw new IllegalArgumentException("expected enough rows of some class to divide them in two but there are " + rows.size());
        }
        return new Cut(kept, out);
    }

    private static List<LabelledSequence> recorded(List<LabelledSequence> rows) {
        return rows.stream().filter(row -> !row.made()).toList();
    }

    private static void requireShare(double share) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("share: expected a number above 0 and below 1 but was " + share);
        }
    }

    private static Set<String> groups(List<LabelledSequence> rows) {
        return rows.stream().map(LabelledSequence::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void shuffle(int[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
    }
}
