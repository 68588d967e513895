/** Who is told of anomalies as they begin and end: a Kafka topic, webhooks, Prometheus' Alertmanager. */
@NullMarked
package io.longwave.model.notification;

import org.jspecify.annotations.NullMarked;
