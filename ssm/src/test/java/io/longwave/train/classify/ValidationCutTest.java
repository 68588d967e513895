package io.longwave.train.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ValidationCutTest {

    @Test
    void takesTheShareOfEveryClassAndKeepsTheOrder() {
        ClassificationData data = data(List.of(rows("", 0, 50), rows("", 1, 10), rows("", 2, 1)), List.of(rows("", 0, 5)));
        ClassificationData cut = ValidationCut.cut(data, 0.2, 7);
        assertThat(ClassWeights.counts(cut.validation(), 3)).containsExactly(10, 2, 0); // a class of one row stays in training
        assertThat(ClassWeights.counts(cut.train(), 3)).containsExactly(40, 8, 1);
        assertThat(cut.test()).isEqualTo(data.test());
        assertThat(cut.train()).isSubsetOf(data.train()).doesNotContainAnyElementsOf(cut.validation());
        assertThat(cut.train().stream().map(data.train()::indexOf).toList()).isSorted();
    }

    @Test
    void theSeedDecidesAndNothingElse() {
        ClassificationData data = data(List.of(rows("", 0, 30), rows("", 1, 30)), List.of(rows("", 0, 5)));
        assertThat(ValidationCut.cut(data, 0.3, 1).validation()).isEqualTo(ValidationCut.cut(data, 0.3, 1).validation())
                .isNotEqualTo(ValidationCut.cut(data, 0.3, 2).validation());
    }

    @Test
    void takesWholeGroupsWithEveryClassOnBothSidesWhereTestKeepsGroupsApart() {
        ClassificationData data = data(
                List.of(rows("a", 0, 100), rows("a", 2, 40), rows("b", 0, 100), rows("b", 1, 3), rows("c", 0, 100), rows("c", 1, 20),
                        rows("c", 2, 5),
                        rows("d", 0, 100), rows("d", 1, 20)),
                List.of(rows("x", 0, 10)));
        assertThat(ValidationCut.betweenGroups(data)).isTrue();
        for (long seed = 0; seed < 5; seed++) {
            ClassificationData cut = ValidationCut.cut(data, 0.25, seed);
            assertThat(groups(cut.train())).doesNotContainAnyElementsOf(groups(cut.validation()));
            assertThat(ClassWeights.counts(cut.train(), 3)).doesNotContain(0);
            assertThat(groups(cut.validation())).containsExactly("c"); // the one group that has all classes and is not needed for one
        }
    }

    @Test
    void cutsByRowWhereTestHoldsGroupsOfTraining() {
        ClassificationData data = data(List.of(rows("a", 0, 20), rows("b", 0, 20), rows("b", 1, 20)), List.of(rows("a", 0, 5)));
        assertThat(ValidationCut.betweenGroups(data)).isFalse();
        assertThat(groups(ValidationCut.cut(data, 0.2, 0).validation())).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void leavesAGivenValidationPartAlone() {
        ClassificationData data = ValidationCut.cut(data(List.of(rows("", 0, 10)), List.of(rows("", 0, 2))), 0.5, 1);
        assertThat(ValidationCut.cut(data, 0.1, 2)).isSameAs(data);
    }

    @Test
    void foldsByRowIndexAndByGroupWhereGroupsAreKeptApart() {
        ClassificationData data = data(List.of(rows("", 0, 6), rows("", 1, 5)), List.of());
        ClassificationData second = ValidationCut.fold(data, 1, 5);
        assertThat(second.test()).containsExactly(data.train().get(1), data.train().get(6));
        assertThat(second.train()).hasSize(9);

        ClassificationData grouped = data(List.of(rows("b", 0, 2), rows("a", 0, 3), rows("c", 1, 2)), List.of(rows("x", 0, 1)));
        assertThat(groups(ValidationCut.fold(grouped, 1, 2).test())).containsExactly("b");
        assertThat(groups(ValidationCut.fold(grouped, 0, 2).test())).containsExactlyInAnyOrder("a", "c");
        assertThatThrownBy(() -> ValidationCut.fold(grouped, 0, 4))
                .hasMessage("expected 2 to 3 folds and a fold below that but was fold 0 of 4");
    }

    @Test
    void madeSequencesAreLearntFromWithTheirGroupAndNeverJudgedBy() {
        ClassificationData data = data(List.of(rows("a", 0, 20), made("a", 1, 9), rows("b", 0, 20), made("b", 1, 7), rows("c", 0, 20)),
                List.of(rows("x", 0, 5)));
        ClassificationData fold = ValidationCut.fold(data, 0, 3);
        assertThat(fold.test()).hasSize(20).noneMatch(LabelledSequence::made);
        assertThat(fold.train().stream().filter(LabelledSequence::made)).hasSize(7).allMatch(row -> row.group().equals("b"));
        ClassificationData cut = ValidationCut.cut(data, 0.4, 1);
        assertThat(cut.validation()).isNotEmpty().noneMatch(LabelledSequence::made);
        assertThat(cut.train().stream().filter(LabelledSequence::made)).allMatch(row -> !groups(cut.validation()).contains(row.group()));
    }

    @Test
    void whereRowsAreCutThoseMadeOfOthersAreLeftOut() {
        ClassificationData data = data(List.of(rows("", 0, 20), made("", 1, 9)), List.of());
        ClassificationData cut = ValidationCut.cut(data, 0.2, 1);
        assertThat(cut.validation()).hasSize(4);
        assertThat(cut.train()).hasSize(16).noneMatch(LabelledSequence::made);
        assertThat(ValidationCut.fold(data, 0, 5).train()).hasSize(16).noneMatch(LabelledSequence::made);
        assertThatThrownBy(() -> data(List.of(rows("", 0, 2)), List.of(made("", 1, 1))))
                .hasMessage("expected made sequences in training alone but found some in validation or test");
    }

    @Test
    void refusesSharesAndDataThatLeaveASideEmpty() {
        ClassificationData data = data(List.of(rows("", 0, 1), rows("", 1, 1)), List.of());
        assertThatThrownBy(() -> ValidationCut.cut(data, 0.5, 1)).hasMessageContaining("but there are 2");
        assertThatThrownBy(() -> ValidationCut.cut(data, 1, 1)).hasMessage("share: expected a number above 0 and below 1 but was 1.0");
    }

    private static ClassificationData data(List<List<LabelledSequence>> train, List<List<LabelledSequence>> test) {
        return new ClassificationData(List.of("a", "b", "c"), 1, train.stream().flatMap(List::stream).toList(), List.of(),
                test.stream().flatMap(List::stream).toList(), "");
    }

    private static List<LabelledSequence> rows(String group, int label, int count) {
        List<LabelledSequence> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new LabelledSequence(new float[]{i}, 1, label, group));
        }
        return rows;
    }

    private static List<LabelledSequence> made(String group, int label, int count) {
        return rows(group, label, count).stream().map(row -> new LabelledSequence(row.values(), 1, label, group, true)).toList();
    }

    private static Set<String> groups(List<LabelledSequence> rows) {
        return rows.stream().map(LabelledSequence::group).collect(Collectors.toSet());
    }
}
