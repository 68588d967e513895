@NullMarked
package io.longwave.db.deadletter;

import org.jspecify.annotations.NullMarked;
