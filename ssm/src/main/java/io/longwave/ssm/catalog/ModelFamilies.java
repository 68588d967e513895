package io.longwave.ssm.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.longwave.backend.Backends;
import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.chimera.ChimeraFamily;
import io.longwave.ssm.chimera.ChimeraGolden;
import io.longwave.ssm.dss.DssFamily;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.longconv.LongConvFamily;
import io.longwave.ssm.mamba.MambaFamily;
import io.longwave.ssm.ptd.PtdFamily;
import io.longwave.ssm.s4.S4Family;
import io.longwave.ssm.s4d.S4dFamily;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceModelFamily;
import io.longwave.ssm.spacetime.SpaceTimeFamily;
import io.longwave.ssm.spacetime.SpaceTimeStreaming;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.MeanPathForecaster;
import io.longwave.train.ScaleAugmentedForecaster;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.reconstruct.ReconstructorFamily;

/**
 * Families that can be trained to forecast, to classify and to reconstruct, how their stored models serve a stream, and the golden checks of
 * all families. A kind of sequence layer is one line in {@link #LAYERS}, and does all three; a family of another build is one line in the list
 * of what it does.
 */
public final class ModelFamilies {

    private static final List<LayerFamily> LAYERS = List.of(new S4Family(), new S4dFamily(), new DssFamily(), new PtdFamily(),
            new LongConvFamily(), new MambaFamily());

    private static final List<SequenceModelFamily> SEQUENCE_MODELS = LAYERS.stream()
            .map(layers -> new SequenceModelFamily(layers, Backends.onFirstUse())).toList();

    private static final ChimeraFamily CHIMERA = new ChimeraFamily(Backends.onFirstUse());

    private static final List<ForecasterFamily> FORECASTERS = with(
            SEQUENCE_MODELS.stream().map(SequenceModelFamily::forecasters).map(ModelFamilies::augmented).toList(),
            augmented(new SpaceTimeFamily(Backends.onFirstUse())), CHIMERA.forecasters());

    private static final List<ClassifierFamily> CLASSIFIERS = with(SEQUENCE_MODELS.stream().map(SequenceModelFamily::classifiers).toList(),
            CHIMERA.classifiers());

    private static final List<ReconstructorFamily> RECONSTRUCTORS = with(
            SEQUENCE_MODELS.stream().map(SequenceModelFamily::reconstructors).toList(), CHIMERA.reconstructors());

    private static final List<GoldenCheck> GOLDEN_CHECKS = Stream.of(
            SpaceTimeFamily.goldenChecks(),
            ChimeraGolden.checks(),
            LAYERS.stream().flatMap(layers -> layers.goldenChecks().stream()).toList())
            .<GoldenCheck>flatMap(List::stream).toList();

    /** Streams are stepped on the processor, whatever trains and evaluates: one series at a time leaves a device idle. */
    private static final Map<String, Function<StoredModel, StreamingModel>> STREAMING = streaming(Backends.onProcessor());

    private ModelFamilies() {}

    private static Map<String, Function<StoredModel, StreamingModel>> streaming(Supplier<Kernels> kernels) {
        Map<String, Function<StoredModel, StreamingModel>> opening = new TreeMap<>();
        opening.put(SpaceTimeFamily.NAME, SpaceTimeStreaming::open);
        for (LayerFamily layers : LAYERS) {
            opening.put(layers.name(), new SequenceModelFamily(layers, kernels)::streaming);
        }
        return Collections.unmodifiableMap(opening);
    }

    @SafeVarargs
    private static <T> List<T> with(List<T> ofLayers, T... others) {
        List<T> all = new ArrayList<>(List.of(others));
        all.addAll(ofLayers);
        return List.copyOf(all);
    }

    /** These forecasters learn around the mean path and on windows of random size and sign, and have the settings of both. */
    private static ForecasterFamily augmented(ForecasterFamily family) {
        return MeanPathForecaster.family(ScaleAugmentedForecaster.family(family, 0.7));
    }

    /** Kinds of sequence layers. */
    public static List<LayerFamily> layers() {
        return LAYERS;
    }

    public static List<ForecasterFamily> forecasters() {
        return FORECASTERS;
    }

    public static Optional<ForecasterFamily> forecaster(String name) {
        return FORECASTERS.stream().filter(family -> family.name().equals(name)).findFirst();
    }

    public static List<ClassifierFamily> classifiers() {
        return CLASSIFIERS;
    }

    public static Optional<ClassifierFamily> classifier(String name) {
        return CLASSIFIERS.stream().filter(family -> family.name().equals(name)).findFirst();
    }

    public static List<ReconstructorFamily> reconstructors() {
        return RECONSTRUCTORS;
    }

    public static Optional<ReconstructorFamily> reconstructor(String name) {
        return RECONSTRUCTORS.stream().filter(family -> family.name().equals(name)).findFirst();
    }

    /**
     * A stored model as a stream runs it.
     *
     * @throws CheckpointException if its family cannot serve a stream, or configuration or weights are not those of the family
     */
    public static StreamingModel streaming(StoredModel stored) {
        Function<StoredModel, StreamingModel> opening = STREAMING.get(stored.card().family());
        if (opening == null) {
            throw new CheckpointException(stored.directory(),
                    "expected a family that can serve a stream, one of " + STREAMING.keySet() + ", but was " + stored.card().family());
        }
        return opening.apply(stored);
    }

    /** What knows the kinds of golden cases. */
    public static List<GoldenCheck> goldenChecks() {
        return GOLDEN_CHECKS;
    }
}
