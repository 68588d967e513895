/** What every command shares: how it tells a person that it cannot go on. */
@NullMarked
package io.longwave.standalone.command;

import org.jspecify.annotations.NullMarked;
