package io.longwave.api.access;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.handler.MappedInterceptor;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessProperties.class)
class AccessConfiguration implements WebMvcConfigurer {
    private static final Logger LOG = LoggerFactory.getLogger(AccessConfiguration.class);

    private final TenantScopes scopes = new TenantScopes();

    @Bean
    FilterRegistrationBean<AccessFilter> accessFilter(AccessProperties properties,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        // A misspelt variable of the environment is no error, so what came of them is said.
        LOG.info("{} tokens are known{}", properties.tokens().size(), properties.tokens().isEmpty()
                ? ": everybody who reaches this service may read and change everything"
                : " " + properties.tokens());
        FilterRegistrationBean<AccessFilter> registration = new FilterRegistrationBean<>(new AccessFilter(properties.tokens(), problems));
        // Behind the filter that says how characters are written, before whatever reads a body.
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return registration;
    }

    /** For every address, those of the actuator too, which interceptors of a configurer do not see. */
    @Bean
    MappedInterceptor tenantGate() {
        return new MappedInterceptor(null, scopes);
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(scopes);
    }
}
