package io.longwave.api.modelservice;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code longwave.model-service.*}.
 *
 * @param url where the model service listens
 * @param connectTimeout longest wait for a connection
 * @param readTimeout longest wait for an answer
 * @param workTimeout longest wait for an answer that takes a model to compute, or files to travel
 */
@ConfigurationProperties(value = "longwave.model-service", ignoreUnknownFields = false)
record ModelServiceSettings(@DefaultValue("http://localhost:8082") URI url, @DefaultValue("1s") Duration connectTimeout,
        @DefaultValue("10s") Duration readTimeout, @DefaultValue("5m") Duration workTimeout) {}
