package io.longwave.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeriesKeyTest {
    @Test
    void theCanonicalTextIsTenantBucketMeasurementSortedTagsAndField() {
        SeriesKey key = SeriesKey.of("acme", "plant", "pump", Map.of("site", "north", "id", "7"), "pressure");
        assertThat(key.canonical()).isEqualTo("acme/plant/pump,id=7,site=north#pressure");
        assertThat(SeriesKey.parse(key.canonical())).isEqualTo(key);
    }

    @Test
    void aSeriesWithoutTagsHasNoComma() {
        assertThat(SeriesKey.of("default", "b", "m", Map.of(), "f").canonical()).isEqualTo("default/b/m#f");
    }

    @Test
    void separatorsInsideAPartAreEscaped() {
        SeriesKey key = SeriesKey.of("t", "a/b", "m,x", Map.of("k=1", "v#2"), "back\\slash");
        assertThat(key.canonical()).isEqualTo("t/a\\/b/m\\,x,k\\=1=v\\#2#back\\\\slash");
        assertThat(SeriesKey.parse(key.canonical())).isEqualTo(key);
    }

    @Test
    void composedAndDecomposedLettersAreTheSameSeries() {
        assertThat(SeriesKey.of("t", "b", "caf\u00e9", Map.of(), "f")).isEqualTo(SeriesKey.of("t", "b", "cafe\u0301", Map.of(), "f"));
    }

    @Test
    void tagsAreSortedByCodePointNotByUtf16Unit() {
        // U+1F600 is above U+FFFD as a code point but its first UTF-16 unit is below.
        SeriesKey key = SeriesKey.of("t", "b", "m", Map.of("\ud83d\ude00", "1", "\ufffd", "2"), "f");
        assertThat(key.canonical()).isEqualTo("t/b/m,\ufffd=2,\ud83d\ude00=1#f");
    }

    @Test
    void aKeyOfExactlyTheLimitIsKeptAndOneByteMoreIsRefused() {
        int fixed = "t/b/m#".length();
        SeriesKey longest = SeriesKey.of("t", "b", "m", Map.of(), "f".repeat(SeriesKey.MAX_BYTES - fixed));
        assertThat(longest.canonical().getBytes(StandardCharsets.UTF_8)).hasSize(SeriesKey.MAX_BYTES);
        assertThatThrownBy(() -> SeriesKey.of("t", "b", "m", Map.of(), "f".repeat(SeriesKey.MAX_BYTES - fixed + 1)))
                .hasMessage("series key: expected at most 1024 bytes but was 1025");
    }

    @Test
    void refusesEmptyPartsControlCharactersAndUnpairedSurrogates() {
        assertThatThrownBy(() -> SeriesKey.of("t", "", "m", Map.of(), "f")).hasMessageContaining("bucket");
        assertThatThrownBy(() -> SeriesKey.of("t", "b", "m", Map.of("k", ""), "f")).hasMessageContaining("value of tag k");
        assertThatThrownBy(() -> SeriesKey.of("t", "b", "m\u0000", Map.of(), "f")).hasMessageContaining("U+0000");
        assertThatThrownBy(() -> SeriesKey.of("t", "b", "\ud800", Map.of(), "f")).hasMessageContaining("unpaired surrogate");
    }

    @Test
    void refusesATextThatIsNotCanonical() {
        for (String text : new String[]{"", "a/b", "t/b/m", "t/b/m,z=1,a=2#f", "t/b/m,a=1,a=2#f", "t/b/m#", "t/b/m#f\\", "t/b/m#a/b"}) {
            assertThatThrownBy(() -> SeriesKey.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anyKeyReadsBackFromItsCanonicalText() {
        String alphabet = "ab\\/,=# \u00e9\u0301\ud83d\ude00";
        int[] points = alphabet.codePoints().toArray();
        for (long seed = 20_260_101L; seed < 20_260_101L + 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SeriesKey key = SeriesKey.of(text(random, points), text(random, points), text(random, points),
                    Map.of(text(random, points) + "1", text(random, points), text(random, points) + "2", text(random, points)),
                    text(random, points));
            assertThat(SeriesKey.parse(key.canonical())).as("seed %d", seed).isEqualTo(key);
        }
    }

    private static String text(SplittableRandom random, int[] points) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(1, 8);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    @Test
    void keysOfATenantBeginAlikeAndNoOthersDo() {
        for (String tenant : List.of("a", "a/b", "a\\", "a\\/b", "u\u0308", "#,=")) {
            for (String other : List.of("a", "a/b", "a\\", "a\\/b", "\u00fc", "#,=")) {
                String key = SeriesKey.of(other, "b", "m", Map.of(), "f").canonical();
                assertThat(key.startsWith(SeriesKey.beginning(tenant))).as(tenant + " and " + other)
                        .isEqualTo(SeriesKey.tenant(tenant).equals(other));
            }
        }
    }
}
