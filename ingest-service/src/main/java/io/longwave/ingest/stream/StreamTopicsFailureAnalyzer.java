package io.longwave.ingest.stream;

import io.longwave.wire.StreamTopicsException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says the one sentence about topics that do not fit instead of a stack trace. */
final class StreamTopicsFailureAnalyzer extends AbstractFailureAnalyzer<StreamTopicsException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StreamTopicsException cause) {
        return new FailureAnalysis(cause.getMessage(), null, cause);
    }
}
