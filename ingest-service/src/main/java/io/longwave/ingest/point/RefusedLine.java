package io.longwave.ingest.point;

/**
 * A line that gave no sample. Detail and text may quote what came in, which may be of any length: both are cut.
 *
 * @param line number in the request, from 1; 0 for what is refused as a whole
 * @param refusal why
 * @param detail what was expected, what was found and where
 * @param text the line
 */
public record RefusedLine(int line, Refusal refusal, String detail, String text) {
    /** Characters of a text that are kept. */
    public static final int TEXT_LIMIT = 1024;

    public RefusedLine {
        detail = cut(detail);
        text = cut(text);
    }

    /** At most {@value #TEXT_LIMIT} characters of a text, and a sign where there were more. */
    public static String cut(String text) {
        int most = TEXT_LIMIT;
        return text.length() <= most ? text : text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most) + "…";
    }
}
