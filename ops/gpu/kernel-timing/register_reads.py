#!/usr/bin/env python3
"""What the register file costs the longest loop of a kernel: python3 register_reads.py FILE.cubin [NAME ...]

A quarter of a Hopper multiprocessor reads one register a cycle from each of two banks, even and odd numbers. So a float32 instruction takes as many cycles as
it reads registers of one bank; a constant is read elsewhere, and an operand marked for reuse comes from the instruction before. A bank may lag one
cycle behind. All other instructions count as one cycle without reads, though addresses and numbers for shared memory are registers too.

Prints for each kernel whose name contains a NAME the instructions of its longest loop and their cycles. All branches of a loop are counted, also those that
exclude each other: for comparisons of one kernel with another version of it. Machine code of sm_90 alone: gpu-runtime/target/cuda has
longwave.cubin after a build.
"""
import struct
import sys

MULTIPLY_ADD, ADD, MULTIPLY, BRANCH = 0x23, 0x21, 0x20, 0x47
NO_REGISTER = 255


def kernels(elf):
    """Name and instructions, two words of 64 bits each, of every kernel in a cubin."""
    sections_at, = struct.unpack_from("<Q", elf, 0x28)
    count, names = struct.unpack_from("<HH", elf, 0x3C)
    headers = [struct.unpack_from("<IIQQQQ", elf, sections_at + 64 * i) for i in range(count)]
    for header in headers:
        start = headers[names][4] + header[0]
        name = elf[start:elf.index(b"\0", start)].decode()
        if name.startswith(".text."):
            code = elf[header[4]:header[4] + header[5]]
            yield name[len(".text."):], [struct.unpack_from("<QQ", code, at) for at in range(0, len(code), 16)]


def longest_loop(code):
    """Numbers of its first and last instruction, None without a loop."""
    best = None
    for i, (low, high) in enumerate(code):
        if low & 0xFF == BRANCH:
            offset = ((low >> 34) | (high & 0x3FFFF) << 30) << 8 | low >> 16 & 0xFF
            offset -= 1 << 56 if offset >> 55 else 0
            target = i + 1 + offset * 4 // 16
            if target < i and (best is None or i - target > best[1] - best[0]):
                best = target, i
    return best


def registers(low, high):
    """The register of each of three operand slots, None where it has another kind of operand."""
    kind, form = low & 0xFF, low >> 8 & 0xF
    first, second, third = low >> 24 & 255, low >> 32 & 255, high & 255
    if kind == MULTIPLY_ADD:
        slots = [first, second, third] if form == 2 else [first, third, None] if form in (4, 6) else [first, None, third]
    elif kind in (ADD, MULTIPLY):
        slots = [first, second if form == 2 else None, None]
    else:
        slots = [None, None, None]
    return [None if slot == NO_REGISTER else slot for slot in slots]


def cycles(code):
    issue, free, before, reused = 0, [0, 0], [None] * 3, 0
    for low, high in code:
        slots = registers(low, high)
        reads = [0, 0]
        for slot, register in enumerate(slots):
            if register is not None and not (reused >> slot & 1 and before[slot] == register):
                reads[register & 1] += 1
        issue = max(issue + 1, free[0] - 1, free[1] - 1)
        free = [max(free[bank], issue) + reads[bank] if reads[bank] else free[bank] for bank in (0, 1)]
        before, reused = slots, high >> 58 & 7
    return issue


def main():
    with open(sys.argv[1], "rb") as file:
        elf = file.read()
    for name, code in kernels(elf):
        loop = longest_loop(code)
        if loop and any(part in name for part in sys.argv[2:] or [""]):
            body = code[loop[0]:loop[1] + 1]
            multiply_adds = sum(low & 0xFF == MULTIPLY_ADD for low, _ in body)
            print(f"{name}: {len(body)} instructions, {multiply_adds} multiply-adds, {cycles(body)} cycles")


if __name__ == "__main__":
    main()
