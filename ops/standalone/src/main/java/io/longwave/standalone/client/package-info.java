/** What commands ask a running platform for: points as a table, and that a model be put to work. */
@NullMarked
package io.longwave.standalone.client;

import org.jspecify.annotations.NullMarked;
