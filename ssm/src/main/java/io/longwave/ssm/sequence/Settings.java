package io.longwave.ssm.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Strict reading of the settings of a family: every one must be there, in range, and none may be unknown. */
public final class Settings {
    private final ObjectNode json;
    private final String owner;

    /**
     * @param owner in error texts, for example {@code s4d}
     * @param known names that may occur
     * @throws IllegalArgumentException if there is another one
     */
    public Settings(ObjectNode json, String owner, Set<String> known) {
        for (String name : json.propertyNames()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("unknown setting " + name + " of " + owner + "; expected " + new ArrayList<>(known));
            }
        }
        this.json = json;
        this.owner = owner;
    }

    /** Allows exactly the names of another object, usually the defaults. */
    public static Settings like(ObjectNode defaults, ObjectNode json, String owner) {
        return new Settings(json, owner, Set.copyOf(defaults.propertyNames()));
    }

    /** A whole number from {@code least} on. */
    public int whole(String name, int least) {
        return whole(name, least, Integer.MAX_VALUE);
    }

    /** A whole number between two, both included. */
    public int whole(String name, int least, int most) {
        JsonNode node = json.path(name);
        String range = most == Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
            throw wrong(name, "a whole number " + range, node);
        }
        return node.intValue();
    }

    /** A number with {@code least <= number <= most}. */
    public double number(String name, double least, double most) {
        JsonNode node = json.path(name);
        if (!node.isNumber() || !(node.doubleValue() >= least && node.doubleValue() <= most)) {
            throw wrong(name, "a number from " + least + " to " + most, node);
        }
        return node.doubleValue();
    }

    public boolean flag(String name) {
        JsonNode node = json.path(name);
        if (!node.isBoolean()) {
            throw wrong(name, "true or false", node);
        }
        return node.booleanValue();
    }

    /** One of a set of names. */
    public <E extends Enum<E>> E choice(String name, Class<E> type) {
        JsonNode node = json.path(name);
        for (E choice : type.getEnumConstants()) {
            if (node.isString() && node.stringValue().equals(choice.name())) {
                return choice;
            }
        }
        throw wrong(name, "one of " + Arrays.toString(type.getEnumConstants()), node);
    }

    /** One of a few texts. */
    public String text(String name, List<String> choices) {
        JsonNode node = json.path(name);
        if (!node.isString() || !choices.contains(node.stringValue())) {
            throw wrong(name, "one of " + choices, node);
        }
        return node.stringValue();
    }

    /** A group of settings. */
    public ObjectNode group(String name) {
        if (json.path(name) instanceof ObjectNode group) {
            return group;
        }
        throw wrong(name, "a group of settings", json.path(name));
    }

    private IllegalArgumentException wrong(String name, String expected, JsonNode found) {
        return new IllegalArgumentException(
                "setting " + name + " of " + owner + ": expected " + expected + " but was " + (found.isMissingNode() ? "nothing" : found));
    }
}
