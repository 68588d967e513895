#!/usr/bin/env bash
# Compiles the CUDA sources to one fatbin: machine code for Hopper (sm_90a) and PTX for other cards from compute capability 8.0 on.
# Usage: build-kernels.sh OUT_CLASSES WORK_FOLDER. Without nvcc it says so and leaves no fatbin: the program then runs on the processor.
# It fails on any warning, on registers spilled to memory and on local memory in any kernel.
set -euo pipefail
classes=$1
work=$2
sources=$(cd "$(dirname "$0")/src/main/resources/kernels" && pwd)
fatbin=$classes/kernels/longwave.fatbin
mkdir -p "$work" "$classes/kernels"

nvcc=$(command -v nvcc || true)
for folder in "${CUDA_HOME:-}" "${CUDA_PATH:-}" /usr/local/cuda; do
    if [ -z "$nvcc" ] && [ -n "$folder" ] && [ -x "$folder/bin/nvcc" ]; then nvcc=$folder/bin/nvcc; fi
done
if [ -z "$nvcc" ]; then
    echo "no nvcc found (PATH, CUDA_HOME, /usr/local/cuda): built without CUDA kernels, the cuda backend will be unavailable"
    rm -f "$fatbin"
    exit 0
fi

state=$(cat "$0" "$sources"/*.cu "$sources"/*.cuh | sha256sum; "$nvcc" --version | tail -1)
if [ -f "$fatbin" ] && [ -f "$work/longwave.cubin" ] && [ "$state" = "$(cat "$work/state" 2>/dev/null)" ]; then exit 0; fi
rm -f "$work/state" "$fatbin"

tools=$(dirname "$(readlink -f "$nvcc")")
if grep -l __CUDA_ARCH__ "$sources"/*; then
    echo "these ask for the architecture, but Hopper's code is made from the PTX of all cards" >&2
    exit 1
fi
# A source at a time, large ones first, on all cores; then all in one file, whose head and whose names of shared memory stand in it once.
rm -rf "$work/ptx"
mkdir -p "$work/ptx"
(cd "$sources" && ls -S -- *.cu) | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I{} \
    "$nvcc" -O3 -std=c++17 -I "$sources" -Werror all-warnings -arch=compute_80 -ptx "$sources/{}" -o "$work/ptx/{}.ptx"
awk '/^\.(version|target|address_size|extern)/ && seen[$0]++ { next } { print }' "$work"/ptx/*.ptx >"$work/longwave.ptx"
# Once from source to PTX is half the time, and gives Hopper the same instructions as PTX of its own.
if ! "$tools/ptxas" -O3 -arch=sm_90a --split-compile 0 -v --warn-on-spills --warning-as-error "$work/longwave.ptx" -o "$work/longwave.cubin" \
    2>"$work/ptxas.log"; then
    cat "$work/ptxas.log" >&2
    exit 1
fi
if grep -E '[1-9][0-9]* bytes (stack frame|spill)' "$work/ptxas.log" >/dev/null; then
    echo "kernels that keep registers or arrays in local memory:" >&2
    grep -B 1 -E '[1-9][0-9]* bytes (stack frame|spill)' "$work/ptxas.log" >&2
    exit 1
fi
"$tools/fatbinary" --create="$work/longwave.fatbin" -64 "--image3=kind=elf,sm=90a,file=$work/longwave.cubin" \
    "--image3=kind=ptx,sm=80,file=$work/longwave.ptx"
mv "$work/longwave.fatbin" "$fatbin"
printf '%s' "$state" >"$work/state"
echo "CUDA kernels: $(stat -c %s "$fatbin") bytes by $("$nvcc" --version | grep -o 'release [0-9.]*')"
