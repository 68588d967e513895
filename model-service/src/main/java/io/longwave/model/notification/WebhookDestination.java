package io.longwave.model.notification;

import io.longwave.model.notification.NotificationProperties.Selection;
import io.longwave.wire.AnomalyNotice;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Posts anomalies, with a sentence that chat programs show. */
record WebhookDestination(String name, Selection only, JsonPost post) implements Destination {
    private static final int SAID = 10;

    /** Body of a request. */
    record Body(String text, List<AnomalyNotice> anomalies) {
        Body {
            anomalies = List.copyOf(anomalies);
        }
    }

    @Override
    public @Nullable Duration repeat() {
        return null;
    }

    @Override
    public void tell(List<AnomalyNotice> notices) throws RefusedException, IOException, InterruptedException {
        post.send(new Body(text(notices), notices));
    }

    static String text(List<AnomalyNotice> notices) {
        String said = notices.stream().limit(SAID).map(notice -> (notice.ended() ? "Ended: " : "Anomaly: ") + Sentences.summary(notice)
                + (notice.link() == null ? "" : " " + notice.link())).collect(Collectors.joining("\n"));
        return notices.size() > SAID ? said + "\nand " + (notices.size() - SAID) + " more" : said;
    }
}
