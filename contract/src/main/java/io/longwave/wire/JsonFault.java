package io.longwave.wire;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;

/**
 * What is wrong with a JSON body, for who sent it: which member, what was expected and what was found. Jackson's own sentences name classes of ours and advise its
 * settings, which the sender has not.
 */
public final class JsonFault {
    /** How Jackson says what stood where something else was expected; the parser has forgotten it by then. */
    private static final Pattern FOUND = Pattern.compile(" from (Object|Array|String|Integer|Floating-point|Number|Boolean) value");
    private static final Pattern LITERAL = Pattern.compile("JsonToken\\.VALUE_(TRUE|FALSE)");
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate Object property \"(.*)\"", Pattern.DOTALL);
    private static final int SHOWN = 60;

    private JsonFault() {}

    /** One sentence about it. */
    public static String of(JacksonException e) {
        if (e.getCause() instanceof IllegalArgumentException ours) {
            return at(path(e)) + ours.getMessage(); // a record that refuses what it is made of
        }
        return switch (e) {
            case PropertyBindingException unknown -> at(path(e)) + "there is no such member; expected " + known(unknown);
            case InvalidFormatException value -> at(path(e)) + "expected " + expected(value.getTargetType()) + " but found "
                    + shown(value.getValue());
            case MismatchedInputException shape -> shape(shape);
            case InputCoercionException number -> at(path(e)) + "expected " + range(number.getTargetType())
                    + " but found one that is out of range";
            case StreamConstraintsException limit -> limit.getOriginalMessage().replaceAll(",? from `[^`]*`", "");
            case JacksonIOException _ -> "expected JSON but the body could not be read to its end";
            case UnexpectedEndOfInputException _ -> "expected JSON but it ends in the middle, at " + place(e.getLocation());
            case StreamReadException text -> text(text);
            default -> at(path(e)) + "expected JSON of another shape";
        };
    }

    private static String shape(MismatchedInputException e) {
        String message = e.getOriginalMessage();
        if (message.startsWith("No content")) {
            return "expected JSON but the body is empty";
        }
        if (message.startsWith("Trailing token")) {
            return "expected nothing after the first JSON value but found more at " + place(e.getLocation());
        }
        return at(path(e)) + "expected " + expected(e.getTargetType()) + " but found " + found(message);
    }

    private static String text(StreamReadException e) {
        Matcher duplicate = DUPLICATE.matcher(e.getOriginalMessage());
        if (duplicate.matches()) {
            String object = e.processor() instanceof JsonParser parser && parser.streamReadContext().getParent() != null
                    ? path(parser.streamReadContext().pathAsPointer().toString())
                    : "";
            return at(object.isEmpty() ? duplicate.group(1) : object) + "expected each member once but found it twice";
        }
        // What follows the colon is what the grammar or another setting would have taken.
        String what = e.getOriginalMessage().replaceFirst("(?s): .*", "");
        return at(path(e)) + "expected JSON but found at " + place(e.getLocation()) + ": " + what;
    }

    private static String known(PropertyBindingException e) {
        Collection<Object> known = e.getKnownPropertyIds();
        return known == null || known.isEmpty()
                ? "none"
                : String.join(", ", new TreeSet<>(known.stream().map(String::valueOf).toList()));
    }

    private static String at(String path) {
        return path.isEmpty() ? "" : path + ": ";
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }

    /** Of a JSON Pointer. */
    private static String path(String pointer) {
        return pointer.replaceAll("/(\\d+)(?=/|$)", "[$1]").replace('/', '.').replaceFirst("^\\.", "").replace("~1", "/")
                .replace("~0", "~");
    }

    private static String expected(@Nullable Type type) {
        if (!(type instanceof Class<?> target)) {
            return "another value";
        }
        if (List.of(int.class, Integer.class, long.class, Long.class).contains(target)) {
            return "a whole number";
        }
        if (target == double.class || target == float.class || Number.class.isAssignableFrom(target)) {
            return "a number";
        }
        if (target == boolean.class || target == Boolean.class) {
            return "true or false";
        }
        if (CharSequence.class.isAssignableFrom(target)) {
            return "a text";
        }
        if (target.isArray() || Collection.class.isAssignableFrom(target)) {
            return "an array";
        }
        if (target.isEnum()) {
            return "one of " + List.of(target.getEnumConstants());
        }
        return target.isRecord() || Map.class.isAssignableFrom(target) ? "an object" : "another value";
    }

    private static String range(@Nullable Class<?> type) {
        return type == int.class || type == Integer.class
                ? "a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE
                : type == long.class || type == Long.class
                        ? "a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE
                        : "a smaller number";
    }

    private static String found(String message) {
        if (message.startsWith("Cannot map `null`")) {
            return "none";
        }
        Matcher literal = LITERAL.matcher(message);
        if (literal.find()) {
            return literal.group(1).equals("TRUE") ? "true" : "false";
        }
        Matcher found = FOUND.matcher(message);
        return !found.find() ? "another one" : switch (found.group(1)) {
            case "Object" -> "an object";
            case "Array" -> "an array";
            case "String" -> "a text";
            case "Boolean" -> "true or false";
            default -> "a number";
        };
    }

    private static String shown(@Nullable Object value) {
        if (!(value instanceof CharSequence)) {
            return String.valueOf(value);
        }
        String text = value.toString();
        return '"' + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + '"';
    }

    private static String place(TokenStreamLocation location) {
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
