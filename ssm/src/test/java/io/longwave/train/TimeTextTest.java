package io.longwave.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {

    private final TimeText utc = new TimeText(ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({"2016-07-01 00:00:00,2016-07-01T00:00:00Z", "2016-07-01T05:06,2016-07-01T05:06:00Z",
            "2016/7/1 5:06:07,2016-07-01T05:06:07Z",
            "2016-07-01,2016-07-01T00:00:00Z", "20160701,2016-07-01T00:00:00Z",
            "2016-07-01 00:00:00.123456789,2016-07-01T00:00:00.123456789Z",
            "2016-07-01T00:00:00+02:00,2016-06-30T22:00:00Z", "2016-07-01 00:00:00-0530,2016-07-01T05:30:00Z",
            "2016-07-01T00:00:00Z,2016-07-01T00:00:00Z", "2016-07-01 00:00+02,2016-06-30T22:00:00Z",
            "2016/7/1 5:06:07.5 +0200,2016-07-01T03:06:07.500Z",
            "2016-07-01t00:00:00z,2016-07-01T00:00:00Z", "2016070123,2016-07-01T23:00:00Z", "201607012359,2016-07-01T23:59:00Z",
            "20160701235958,2016-07-01T23:59:58Z", "1999123123,1999-12-31T23:00:00Z", "2016130100,2033-11-20T20:08:20Z",
            "1950010000,2031-10-17T13:26:40Z", "-1477281600,1923-03-10T20:00:00Z",
            "1477281600,2016-10-24T04:00:00Z", "1477281600.25,2016-10-24T04:00:00.250Z", "1477281600123,2016-10-24T04:00:00.123Z",
            "1477281600123456,2016-10-24T04:00:00.123456Z", "1477281600123456789,2016-10-24T04:00:00.123456789Z"})
    void readsWhatPeopleWrite(String text, Instant expected) {
        assertThat(utc.nanos(text)).hasValue(expected.getEpochSecond() * 1_000_000_000L + expected.getNano());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "yesterday", "2016-13-01", "2016-07-01 25:00:00", "12", "1e9", "9999-01-01", "2016023100",
            "2016070124", "201607011360", "2016",
            "2016-07-01T00:00:00+99:00"})
    void takesNothingElse(String text) {
        assertThat(utc.nanos(text)).isEmpty();
    }

    @Test
    void readsTimesWithoutAZoneInTheZoneAskedFor() {
        assertThat(new TimeText(ZoneId.of("Europe/Berlin")).nanos("2016-07-01 00:00:00")).hasValue(
                Instant.parse("2016-06-30T22:00:00Z").getEpochSecond() * 1_000_000_000L);
    }
}
