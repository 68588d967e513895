package io.longwave.standalone.evaluate;

import io.longwave.standalone.classify.ClassifyEvaluation;
import io.longwave.standalone.reconstruct.ReconstructEvaluation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures models on data of which the answers are known. */
@Command(name = "evaluate", description = "Measures a model beside naive baselines on data of which the answers are known.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "TASK", subcommands = {
        ForecastEvaluation.class, ClassifyEvaluation.class, ReconstructEvaluation.class,
        AnomalyEvaluateCommand.class})
public final class EvaluateCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Missing task.");
        }
    }
}
