package io.longwave.standalone.classify;

import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.Reports;
import io.longwave.standalone.train.TrainingRequest;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.ConfusionMatrix;
import io.longwave.train.classify.LabelledSequence;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Trains a classifier, prints its test results beside the baselines and registers it. */
public final class ClassifierTrainer {

    private ClassifierTrainer() {}

    public static int run(TrainingRequest request, ClassifyOptions options) {
        ClassifierFamily family = family(request.family());
        ClassificationData raw = options.read(request.data(), request.parts());
        request.err().println(describe(raw));
        request.err().flush();
        ClassificationRun run = new ClassificationRun(family, raw, options, request.training(), request.training().seed());
        ClassificationRun.Trained trained = run.train(family.name() + " " + request.modelName(), request.err());
        StoredModel stored = request.register(run.card(request.modelName(), trained, options.input(request.data(), request.parts())),
                trained.model());
        run.discardSnapshot();
        request.out().printf(Locale.ROOT, "%s: best of %d epochs is %d, validation accuracy %.4f, macro F1 %.4f; %.0f s%n", stored.id(),
                trained.outcome().history().size(), trained.outcome().bestEpoch(), trained.validation().confusion().accuracy(),
                trained.validation().confusion().macroF1(), trained.outcome().seconds());
        request.out().flush();
        Map<String, ConfusionMatrix> baselines = ClassifierBaselines.on(run.data());
        ClassificationTable table = new ClassificationTable();
        table.add(stored.id(), trained.test().confusion(), trained.validation().confusion());
        baselines.forEach((name, confusion) -> table.add(name, confusion, null));
        table.print(request.out());
        ClassificationTable.printMatrix(request.out(), trained.test().confusion());
        request.out().printf("registered in %s%n", stored.directory());
        request.out().flush();
        if (request.json() != null) {
            ObjectNode report = JsonMapper.shared().createObjectNode();
            report.put("model", stored.id()).put("directory", stored.directory().toString());
            report.set("data", data(raw));
            report.set("result", result(run, trained));
            baselines.forEach((name, confusion) -> report.withObject("/baselines").set(name, ClassificationTable.json(confusion)));
            report.set("card", JsonMapper.shared().valueToTree(stored.card()));
            Reports.write(request.json(), report);
        }
        return 0;
    }

    static ObjectNode result(ClassificationRun run, ClassificationRun.Trained trained) {
        ObjectNode result = JsonMapper.shared().createObjectNode();
        result.set("validation", ClassificationTable.json(trained.validation().confusion()).put("crossEntropy",
                trained.validation().crossEntropy()));
        result.set("test", ClassificationTable.json(trained.test().confusion()).put("crossEntropy", trained.test().crossEntropy()));
        result.set("training", Reports.training(trained.outcome()));
        result.set("settings", run.describeSettings());
        result.set("config", run.config());
        return result;
    }

    static ObjectNode data(ClassificationData data) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("sha256", data.sha256()).put("channels", data.channels()).put("longest", data.longest());
        json.put("train", data.train().size()).put("validation", data.validation().size()).put("test", data.test().size());
        json.set("classes", JsonMapper.shared().valueToTree(data.classes()));
        return json;
    }

    static String describe(ClassificationData data) {
        long made = data.train().stream().filter(LabelledSequence::made).count();
        return String.format(Locale.ROOT,
                "%d classes, %d channels, at most %d steps; %d sequences for training%s, %d for validation, %d for test",
                data.classes().size(), data.channels(), data.longest(), data.train().size(),
                made == 0 ? "" : " (" + made + " of them made)", data.validation().size(), data.test().size());
    }

    /** @throws CommandException if there is no such family */
    static ClassifierFamily family(String name) {
        return ModelFamilies.classifiers().stream().filter(family -> family.name().equals(name)).findFirst()
                .orElseThrow(() -> new CommandException("There is no family '" + name + "' that classifies; expected one of "
                        + ModelFamilies.classifiers().stream().map(ClassifierFamily::name).toList() + "."));
    }
}
