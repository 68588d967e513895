package io.longwave.ingest.stream;

import io.longwave.ingest.point.SkippedKind;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.line.SeriesCatalog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.EnumMap;
import java.util.Map;

/** What the service counts; the names are listed in the README of the module. */
public final class IngestMetrics {
    private final Counter goodLines;
    private final Counter samples;
    private final Counter bytes;
    private final Counter omittedDeadLetters;
    private final Counter overloaded;
    private final Counter brokerAway;
    private final Map<SkippedKind, Counter> skipped = new EnumMap<>(SkippedKind.class);
    private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);

    IngestMetrics(MeterRegistry registry, InFlightBytes inFlight, SeriesCatalog catalog) {
        goodLines = Counter.builder("longwave.ingest.lines").description("good lines, acknowledged by the broker").register(registry);
        samples = Counter.builder("longwave.ingest.samples").description("numbers in good lines, before equal times are merged")
                .register(registry);
        for (SkippedKind kind : SkippedKind.values()) {
            skipped.put(kind, Counter.builder("longwave.ingest.skipped.fields").tag("type", kind.code())
                    .description("parts of good lines that are accepted and not stored").register(registry));
        }
        bytes = Counter.builder("longwave.ingest.body").description("bytes of lines after decompression").baseUnit(BaseUnits.BYTES)
                .register(registry);
        omittedDeadLetters = Counter.builder("longwave.ingest.deadletters.omitted")
                .description("refused lines counted but not kept, above longwave.ingest.max-dead-letters of a request").register(registry);
        overloaded = turnedAway(registry, "memory");
        brokerAway = turnedAway(registry, "broker");
        for (Refusal refusal : Refusal.values()) {
            refused.put(refusal, Counter.builder("longwave.ingest.refused.lines").tag("reason", refusal.code())
                    .description("lines that gave no sample").register(registry));
        }
        Gauge.builder("longwave.ingest.in.flight", inFlight, InFlightBytes::used).description("memory held by requests")
                .baseUnit(BaseUnits.BYTES).register(registry);
        Gauge.builder("longwave.ingest.series.cache", catalog, SeriesCatalog::bytes).description("memory held by known series, roughly")
                .baseUnit(BaseUnits.BYTES).register(registry);
    }

    private static Counter turnedAway(MeterRegistry registry, String cause) {
        return Counter.builder("longwave.ingest.turned.away").tag("cause", cause)
                .description("requests answered with 429 or 503, to be sent again").register(registry);
    }

    /** A request or record whose samples the broker has. @param bodyBytes after decompression */
    public void written(WriteReport report, int bodyBytes) {
        goodLines.increment(report.goodLines());
        samples.increment(report.samples());
        skipped.forEach((kind, counter) -> counter.increment(report.skipped(kind)));
        bytes.increment(bodyBytes);
        omittedDeadLetters.increment(report.omittedDeadLetters());
        refused.forEach((refusal, counter) -> counter.increment(report.refused(refusal)));
    }

    /** A request was refused because memory is short. */
    public void overloaded() {
        overloaded.increment();
    }

    /** A request was refused because the broker is away. */
    public void brokerAway() {
        brokerAway.increment();
    }
}
