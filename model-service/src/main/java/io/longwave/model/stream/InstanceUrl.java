package io.longwave.model.stream;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/** Where other services reach this instance: as the settings say, or the address it listens on, or that of its host. */
public final class InstanceUrl {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceUrl.class);

    private final Environment environment;
    private volatile @Nullable URI url;

    /** @param said by the settings; null to find out */
    InstanceUrl(@Nullable URI said, Environment environment) {
        this.url = said;
        this.environment = environment;
    }

    /** Not to be asked before the instance listens, as its port may be any; the same ever after. */
    public URI get() {
        URI known = url;
        if (known == null) {
            String port = environment.getProperty("local.server.port", environment.getProperty("server.port", "8080"));
            String host = address(environment.getProperty("server.address", "")).getHostAddress();
            known = URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
            url = known;
            LOG.info("other services are told to reach this instance at {} (longwave.stream.advertised-url)", known);
        }
        return known;
    }

    /** @param listening address that the instance listens on; empty or a wildcard for all that its host has */
    private static InetAddress address(String listening) {
        try {
            InetAddress given = InetAddress.getByName(listening.isEmpty() ? "0.0.0.0" : listening);
            if (!given.isAnyLocalAddress()) {
                return given;
            }
            InetAddress host = InetAddress.getLocalHost();
            if (!host.isLoopbackAddress()) {
                return host;
            }
        } catch (UnknownHostException e) {
            LOG.debug("the name of this host has no address", e);
        }
        // Many systems map their own name to the loopback address, which leads others to themselves.
        return ofInterface();
    }

    private static InetAddress ofInterface() {
        try {
            return NetworkInterface.networkInterfaces().filter(InstanceUrl::isUp).flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .min(Comparator.comparing((InetAddress address) -> !(address instanceof Inet4Address))
                            .thenComparing(InetAddress::getHostAddress))
                    .orElseGet(InetAddress::getLoopbackAddress);
        } catch (SocketException e) {
            LOG.warn("the network interfaces of this host cannot be read", e);
            return InetAddress.getLoopbackAddress();
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
