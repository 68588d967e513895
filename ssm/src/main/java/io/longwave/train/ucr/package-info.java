/**
 * Reads the text formats of the UCR and UEA time series archives: {@code .ts} files with a header and {@code .tsv} tables with the class first,
 * given as a training and a test file. Which of the two a file is, its content tells.
 */
@NullMarked
package io.longwave.train.ucr;

import org.jspecify.annotations.NullMarked;
