package io.longwave.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonFaultTest {
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    record One(@Nullable String name, @Nullable List<@Nullable List<@Nullable Double>> channels) {}

    record Question(@Nullable List<One> histories, @Nullable Integer horizon, @Nullable Boolean exact, @Nullable Long from,
            @Nullable Of of) {}

    record Of(int length) {
        Of {
            if (length < 0) {
                throw new IllegalArgumentException("length: expected at least 0 but was " + length);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"horizn":2}                               | horizn: there is no such member; expected exact, from, histories, horizon, of
            {"histories":[{},{"chanels":[]}]}          | histories[1].chanels: there is no such member; expected channels, name
            {"horizon":2.7}                            | horizon: expected a whole number but found 2.7
            {"horizon":"x"}                            | horizon: expected a whole number but found "x"
            {"horizon":{}}                             | horizon: expected a whole number but found an object
            {"horizon":true}                           | horizon: expected a whole number but found true
            {"horizon":3000000000}                     | horizon: expected a whole number from -2147483648 to 2147483647 but found one that is out of range
            {"from":30000000000000000000}              | from: expected a whole number from -9223372036854775808 to 9223372036854775807 but found one that is out of range
            {"exact":"perhaps"}                        | exact: expected true or false but found "perhaps"
            {"histories":7}                            | histories: expected an array but found a number
            {"histories":[7]}                          | histories[0]: expected an object but found a number
            {"histories":[{"name":[]}]}                | histories[0].name: expected a text but found an array
            {"histories":[{"channels":[1]}]}           | histories[0].channels[0]: expected an array but found a number
            {"histories":[{"channels":[[1,"x"]]}]}     | histories[0].channels[0][1]: expected a number but found "x"
            {"of":{}}                                  | of.length: expected a whole number but found none
            {"of":{"length":-1}}                       | of: length: expected at least 0 but was -1
            {"horizon":1,"horizon":2}                  | horizon: expected each member once but found it twice
            {"histories":[{},{"name":"a","name":"b"}]} | histories[1].name: expected each member once but found it twice
            []                                         | expected an object but found an array
            5                                          | expected an object but found a number
            ``                                         | expected JSON but the body is empty
            {"horizon":1} {}                           | expected nothing after the first JSON value but found more at line 1, column 15
            {"horizon":1                               | expected JSON but it ends in the middle, at line 1, column 13
            {"horizon":NaN}                            | expected JSON but found at line 1, column 15: Non-standard token 'NaN'
            {"histories":[{"channels":[[NaN]]}]}       | histories[0].channels[0]: expected JSON but found at line 1, column 32: Non-standard token 'NaN'
            {horizon:1}                                | expected JSON but found at line 1, column 2: Unexpected character ('h' (code 104))
            {"horizon":1} // x                         | expected JSON but found at line 1, column 15: Unexpected character ('/' (code 47))
            """)
    void saysWhichMemberWhatWasExpectedAndWhatWasFound(String json, String said) {
        assertThat(JsonFault.of(fault(json))).isEqualTo(said);
    }

    @Test
    void namesNoMethodOfTheLimitThatIsPassed() {
        JacksonException deep = catchThrowableOfType(JacksonException.class, () -> JSON.readTree("[".repeat(600)));
        assertThat(JsonFault.of(deep)).contains("nesting depth").doesNotContain("`").doesNotContain("from");
    }

    private static JacksonException fault(String json) {
        return catchThrowableOfType(JacksonException.class, () -> JSON.readValue(json, Question.class));
    }
}
