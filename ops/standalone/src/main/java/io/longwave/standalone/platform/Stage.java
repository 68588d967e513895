package io.longwave.standalone.platform;

/** Order in which a platform lets go of its parts: whoever sends first, whoever stores last. */
enum Stage {
    SENDERS, EDGE, MODEL, STORES, DIRECTORY
}
