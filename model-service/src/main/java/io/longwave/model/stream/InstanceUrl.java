package io.longwave.model.stream;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/** Where other services reach this instance: as the settings say, or the address it listens on, or that of its host. */
public final class InstanceUrl {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceUrl.class);

    private final @Nullable URI said;
    private final Environment environment;

    /** @param said by the settings; null to find out */
    InstanceUrl(@Nullable URI said, Environment environment) {
        this.said = said;
        this.environment = environment;
    }

    /** Null if this host has no address that it knows of. Not to be asked before the instance listens, as its port may be any. */
    public @Nullable URI get() {
        if (said != null) {
            return said;
        }
        String port = environment.getProperty("local.server.port", environment.getProperty("server.port", "8080"));
        try {
            InetAddress listening = InetAddress.getByName(environment.getProperty("server.address", "0.0.0.0"));
            String host = (listening.isAnyLocalAddress() ? InetAddress.getLocalHost() : listening).getHostAddress();
            return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        } catch (UnknownHostException e) {
            LOG.warn("the address of this instance is not known, so no other can send callers here; set longwave.stream.advertised-url: {}",
                    e.toString());
            return null;
        }
    }
}
