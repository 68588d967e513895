/** Reads folders of WAV recordings whose class is in the file name or in the folder they lie in. */
@NullMarked
package io.longwave.train.wav;

import org.jspecify.annotations.NullMarked;
