package io.longwave.api.stream;

import io.longwave.db.series.SeriesQueries;
import io.longwave.db.series.TenantScope;
import io.longwave.db.stream.StreamQueries;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Reads the counters of the stream. */
@Component
@EnableConfigurationProperties(PageSettings.class)
public final class StreamStatus {
    private final StreamQueries stream;
    private final SeriesQueries series;
    private final @Nullable String writeUrl;

    StreamStatus(StreamQueries stream, SeriesQueries series, PageSettings settings) {
        this.stream = stream;
        this.series = series;
        this.writeUrl = settings.writeUrl();
    }

    /**
     * The counters now.
     *
     * @param scope whose series are counted
     */
    public StatusView read(TenantScope scope) {
        if (!scope.isAll()) {
            return new StatusView(series.count(scope), scope.tenant(), null, null, null, null, writeUrl);
        }
        Map<String, Long> counters = stream.counters();
        return new StatusView(series.count(scope), null, stream.partitions(), counters.getOrDefault("samples", 0L),
                stream.deadLetterCount(), counters,
                writeUrl);
    }
}
