/** Says what this machine offers to Longwave and what is missing. */
@NullMarked
package io.longwave.standalone.doctor;

import org.jspecify.annotations.NullMarked;
