package io.longwave.model.classification;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of classification.
 *
 * @param look how often the table of jobs is looked at for work that another instance took in or left
 * @param maxUnpacked how large a file may be once it is unpacked
 */
@ConfigurationProperties(prefix = "longwave.classification", ignoreUnknownFields = false)
record ClassificationProperties(@DefaultValue("2s") Duration look, @DefaultValue("128MB") DataSize maxUnpacked) {
    ClassificationProperties {
        if (look.toMillis() < 1) {
            throw new IllegalArgumentException("longwave.classification.look: expected at least 1ms but was " + look);
        }
        if (maxUnpacked.toBytes() < 1 || maxUnpacked.toBytes() > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException("longwave.classification.max-unpacked: expected 1B to 2047MB but was " + maxUnpacked);
        }
    }
}
