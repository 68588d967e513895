package io.longwave.model.group;

import io.longwave.checkpoint.ModelStore;
import io.longwave.db.group.Groups;
import io.longwave.model.registry.OpenedModels;
import io.longwave.ssm.joint.JointModel;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GroupProperties.class)
class GroupConfiguration {

    @Bean
    Groups groups(JdbcClient jdbc) {
        return new Groups(jdbc);
    }

    @Bean
    OpenedModels<JointModel> jointModels(ModelStore store, GroupProperties properties) {
        return new OpenedModels<>(store, JointModel::open, "judge", properties.models());
    }
}
