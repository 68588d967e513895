package io.longwave.cuda;

import java.util.List;

/**
 * An argument of a launch: the address of memory that holds addresses of other memory, for kernels that work on more tensors than they can have
 * parameters.
 *
 * @param memory with the addresses, as {@link DeviceMemory#address()} gives them
 * @param pieces what the kernel may read and write through them
 */
public record PointerTable(DeviceMemory memory, List<DeviceMemory> pieces) {
    public PointerTable {
        pieces = List.copyOf(pieces);
    }
}
