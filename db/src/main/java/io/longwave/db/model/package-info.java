/** The registry of stored models. */
@NullMarked
package io.longwave.db.model;

import org.jspecify.annotations.NullMarked;
