package io.longwave.standalone.classify;

import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.ValidationCut;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Divisions of a data set for judging a family more than once. */
final class ClassificationFolds {

    private ClassificationFolds() {}

    /**
     * One division.
     *
     * @param name of what is tested
     */
    record Fold(String name, ClassificationData data) {}

    /**
     * Each group, a speaker say, tested once by a model that has not met it; all sequences take part.
     *
     * @param validationShare of what is left for training, by group where more than two are left
     * @throws IllegalArgumentException if there are not at least three groups
     */
    static List<Fold> leaveOneGroupOut(ClassificationData data, double validationShare, long seed) {
        List<LabelledSequence> all = new ArrayList<>(data.train());
        all.addAll(data.validation());
        all.addAll(data.test());
        List<String> groups = new ArrayList<>(all.stream().map(LabelledSequence::group).filter(group -> !group.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new)));
        if (groups.size() < 3) {
            throw new IllegalArgumentException("--leave-group-out: expected at least three groups, speakers or records say, but found "
                    + groups);
        }
        List<Fold> folds = new ArrayList<>();
        for (String group : groups) {
            List<LabelledSequence> train = all.stream().filter(sequence -> !sequence.group().equals(group)).toList();
            List<LabelledSequence> test = all.stream().filter(sequence -> sequence.group().equals(group) && !sequence.made())
                    .toList();
            ClassificationData fold = new ClassificationData(data.classes(), data.channels(), train, List.of(), test, data.sha256());
            folds.add(new Fold("without " + group, ValidationCut.cut(fold, validationShare, seed)));
        }
        return folds;
    }
}
