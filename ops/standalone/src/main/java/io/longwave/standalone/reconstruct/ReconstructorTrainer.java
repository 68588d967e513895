package io.longwave.standalone.reconstruct;

import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.Reports;
import io.longwave.standalone.train.TrainingRequest;
import io.longwave.train.anomaly.AnomalyScores;
import io.longwave.train.anomaly.PointLabelledSeries;
import io.longwave.train.reconstruct.ReconstructorFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Trains a reconstructor for each series, registers it and prints what its scores are worth beside the baselines. */
public final class ReconstructorTrainer {

    private ReconstructorTrainer() {}

    /**
     * What came of one training.
     *
     * @param model its id
     * @param objection what speaks against putting it to work; null if nothing does
     */
    public record Outcome(String model, @Nullable String objection) {}

    /**
     * @param grouped whether to judge the test rows as a group of a platform would, too
     * @return one for each series
     */
    public static List<Outcome> run(TrainingRequest request, ReconstructOptions options, ReconstructOptions.Found found, boolean grouped) {
        ReconstructorFamily family = family(request.family());
        AnomalyTable table = new AnomalyTable();
        ObjectNode report = JsonMapper.shared().createObjectNode();
        ArrayNode models = report.putArray("series");
        List<Outcome> outcomes = new ArrayList<>();
        for (String name : found.names()) {
            PointLabelledSeries series = found.read(name);
            var run = new ReconstructionRun(family, series, options, request.parts().validationShare(), request.training(),
                    request.training().seed());
            ReconstructionRun.Trained trained = run.train(family.name(), request.err());
            StoredModel stored = request.register(run.card(modelName(request, found, series), trained), trained.model());
            run.discardSnapshot();
            request.out().printf(Locale.ROOT,
                    "%s: best of %d epochs is %d, validation MSE %.4f; test MSE %.4f, of the mean %.4f; %.0f s; registered in %s%n",
                    stored.id(), trained.outcome().history().size(), trained.outcome().bestEpoch(), trained.outcome().validationScore(),
                    trained.test().mse(), trained.test().meanMse(), trained.outcome().seconds(), stored.directory());
            request.out().flush();
            outcomes.add(new Outcome(stored.id(), trained.objection()));
            table.add(family.name(), trained.test().scores());
            ObjectNode one = models.addObject();
            one.put("model", stored.id()).put("directory", stored.directory().toString());
            one.set("result", result(run, trained));
            if (grouped) {
                String group = family.name() + " in a group";
                AnomalyScores inAGroup = ReconstructionScores.inAGroup(group, stored, series, options);
                table.add(group, inAGroup);
                one.set("group", JsonMapper.shared().valueToTree(inAGroup));
            }
            Map<String, AnomalyScores> baselines = ReconstructionScores.baselines(series, options);
            baselines.forEach(table::add);
            one.set("baselines", JsonMapper.shared().valueToTree(baselines));
            one.set("card", JsonMapper.shared().valueToTree(stored.card()));
        }
        table.print(request.out());
        if (request.json() != null) {
            report.set("means", JsonMapper.shared().valueToTree(table.means()));
            Reports.write(request.json(), report);
        }
        return outcomes;
    }

    static ObjectNode result(ReconstructionRun run, ReconstructionRun.Trained trained) {
        ObjectNode result = JsonMapper.shared().createObjectNode();
        result.set("test", JsonMapper.shared().valueToTree(trained.test().scores()));
        result.put("testMse", trained.test().mse()).put("meanTestMse", trained.test().meanMse());
        result.set("training", Reports.training(trained.outcome()));
        result.set("settings", run.describeSettings());
        result.set("config", run.config());
        return result;
    }

    private static String modelName(TrainingRequest request, ReconstructOptions.Found found, PointLabelledSeries series) {
        if (request.name() == null) {
            return series.name();
        }
        return found.names().size() == 1 ? request.name() : request.name() + " " + series.name();
    }

    /** @throws CommandException if there is no such family */
    static ReconstructorFamily family(String name) {
        return ModelFamilies.reconstructors().stream().filter(family -> family.name().equals(name)).findFirst()
                .orElseThrow(() -> new CommandException("There is no family '" + name + "' that reconstructs; expected one of "
                        + ModelFamilies.reconstructors().stream().map(ReconstructorFamily::name).toList() + "."));
    }
}
