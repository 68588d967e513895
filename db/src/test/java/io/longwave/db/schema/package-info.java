@NullMarked
package io.longwave.db.schema;

import org.jspecify.annotations.NullMarked;
