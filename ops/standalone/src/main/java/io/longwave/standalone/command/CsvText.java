package io.longwave.standalone.command;

/** CSV as commands print it. */
public final class CsvText {
    private CsvText() {}

    /** A field by RFC 4180. */
    public static String quoted(String field) {
        return field.matches("[^\",\\r\\n]*") ? field : "\"" + field.replace("\"", "\"\"") + "\"";
    }
}
