package io.longwave.model.notification;

import io.longwave.db.anomaly.AnomalyQueries;
import io.longwave.db.group.GroupQueries;
import io.longwave.db.notification.Notifications;
import io.longwave.db.point.PointQueries;
import io.longwave.model.anomaly.AnomalyProperties;
import io.longwave.model.kafka.KafkaProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NotificationProperties.class)
class NotificationConfiguration {
    @Bean
    Notifier notifier(JdbcClient jdbc, NotificationProperties properties, AnomalyProperties anomalies, KafkaProperties kafka,
            MeterRegistry meters) {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(properties.timeout()).build();
        return notifier(jdbc, properties, anomalies.calmSamples(), properties.kafka() ? List.of(new KafkaDestination(kafka)) : List.of(),
                InstantSource.system(), client, meters);
    }

    /**
     * @param calmSamples after which an anomaly is known to have ended
     * @param others destinations beside those of the settings
     */
    static Notifier notifier(JdbcClient jdbc, NotificationProperties properties, int calmSamples, List<Destination> others,
            InstantSource clock,
            HttpClient client, MeterRegistry meters) {
        List<Destination> destinations = new ArrayList<>(others);
        properties.webhooks().forEach((name, webhook) -> destinations.add(new WebhookDestination("webhook:" + name, webhook.only(),
                post(client, webhook.url(), webhook.headers(), properties))));
        properties.alertmanagers()
                .forEach((name, alertmanager) -> destinations.add(new AlertmanagerDestination("alertmanager:" + name, alertmanager,
                        post(client, AlertmanagerDestination.alerts(Objects.requireNonNull(alertmanager.url())), alertmanager.headers(),
                                properties),
                        clock)));
        Events events = new Events(new AnomalyQueries(jdbc), new GroupQueries(jdbc), new PointQueries(jdbc), calmSamples,
                properties.page());
        Notifications queues = new Notifications(jdbc);
        return new Notifier(queues, properties.look(), destinations.stream()
                .map(destination -> new Channel(destination, queues, events, properties.maxAge(), clock, meters)).toList());
    }

    private static JsonPost post(HttpClient client, @Nullable URI url, Map<String, String> headers, NotificationProperties properties) {
        return new JsonPost(client, Objects.requireNonNull(url), headers, properties.timeout());
    }
}
