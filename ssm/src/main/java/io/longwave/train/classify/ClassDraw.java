package io.longwave.train.classify;

import io.longwave.train.Shuffle;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Which training sequences an epoch has: each of them once, or classes drawn so that rare ones come more often. */
final class ClassDraw {

    private final double balance;
    private final int count;
    private final int[] order;
    private final int[][] members; // of each class
    private final double[] upTo; // cumulative probability of the classes

    ClassDraw(ClassificationData data, double balance) {
        if (!(balance >= 0 && balance <= 1)) {
            throw new IllegalArgumentException("balance: expected a number between 0 and 1 but was " + balance);
        }
        List<LabelledSequence> train = data.train();
        this.balance = balance;
        this.count = train.size();
        this.order = new int[count];
        this.members = IntStream.range(0, data.classes().size())
                .mapToObj(c -> IntStream.range(0, count).filter(i -> train.get(i).label() == c).toArray()).toArray(int[][]::new);
        this.upTo = new double[members.length];
        double sum = 0;
        for (int c = 0; c < members.length; c++) {
            sum += members[c].length == 0 ? 0 : Math.pow(members[c].length, 1 - balance);
            upTo[c] = sum;
        }
        for (int c = 0; c < upTo.length; c++) {
            upTo[c] /= sum;
        }
    }

    /** Fills the slots of an epoch; without balancing, slots beyond the number of sequences begin again with the first ones drawn. */
    void fill(int[] slots, SplittableRandom random) {
        if (balance == 0) {
            Shuffle.fill(order, random);
            for (int i = 0; i < slots.length; i++) {
                slots[i] = order[i % count];
            }
            return;
        }
        for (int i = 0; i < slots.length; i++) {
            double at = random.nextDouble();
            int c = 0;
            while (c < upTo.length - 1 && at >= upTo[c]) {
                c++;
            }
            while (members[c].length == 0) {
                c--; // rounding of the last sum
            }
            slots[i] = members[c][random.nextInt(members[c].length)];
        }
    }
}
