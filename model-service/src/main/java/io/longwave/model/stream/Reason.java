package io.longwave.model.stream;

/** Why something became a dead letter; the code is what is stored and counted. */
enum Reason {
    UNDECODABLE("undecodable"),
    BAD_KEY("bad-key"),
    WRONG_PARTITION("wrong-partition"),
    NOT_FINITE("not-finite"),
    FAR_FUTURE("far-future"),
    UNKNOWN_MODEL("unknown-model"),
    BAD_HORIZON("bad-horizon"),
    UNPROCESSABLE("unprocessable");

    private final String code;

    Reason(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }
}
