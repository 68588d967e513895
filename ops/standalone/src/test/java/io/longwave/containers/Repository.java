package io.longwave.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/** Files of the repository that no program of ours reads. */
final class Repository {
    static final Path ROOT = Path.of(System.getProperty("longwave.root"));

    private Repository() {}

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Map<String, Object> yaml(Path file) {
        return map(new Yaml().load(text(file)));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object node) {
        assertThat(node).isInstanceOf(Map.class);
        return (Map<String, Object>) node;
    }

    /** What is below these keys, one in the other. */
    static Map<String, Object> map(Object node, String... keys) {
        Map<String, Object> found = map(node);
        for (String key : keys) {
            found = map(found.get(key));
        }
        return found;
    }

    /** Value of a property of the root pom. */
    static String property(String name) {
        Matcher matcher = Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(text(ROOT.resolve("pom.xml")));
        assertThat(matcher.find()).as(name).isTrue();
        return matcher.group(1);
    }

    static String dockerfile() {
        return text(ROOT.resolve("ops/compose/Dockerfile"));
    }

    /** Lines of the Dockerfile that make this image, after what it begins with. */
    static List<String> stage(String image) {
        String all = dockerfile();
        int begin = all.indexOf(" AS " + image + "\n");
        assertThat(begin).as("a stage %s in the Dockerfile", image).isPositive();
        return all.substring(begin).lines().takeWhile(line -> !line.isBlank()).toList();
    }

    static Map<String, Object> composeServices() {
        return map(yaml(ROOT.resolve("docker-compose.yml")), "services");
    }
}
