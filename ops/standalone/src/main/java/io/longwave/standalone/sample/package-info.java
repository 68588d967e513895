/**
 * Signals the project generates itself, with labelled faults in them, and the loop that sends them through the public endpoint.
 *
 * <p>A signal is a function of its seed and of the sample's index, so a restarted platform goes on where it stopped and a sample that is sent
 * twice is the same sample. Samples carry the time at which they are sent. What runs fast is the simulated process: one day of the load takes
 * four minutes, so its curves move while somebody watches and its times never lie ahead of the clock.
 */
@NullMarked
package io.longwave.standalone.sample;

import org.jspecify.annotations.NullMarked;
