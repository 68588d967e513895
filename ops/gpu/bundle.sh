#!/usr/bin/env bash
# Makes one archive that checks and measures Longwave on a machine with a GPU and no JDK. Usage: longwave gpu-bundle [FILE.tar.xz]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
out=$(realpath -m "${1:-longwave-gpu.tar.xz}")
work=$here/target/bundle
: "${JAVA_HOME:?is set by the launcher to a JDK 25}"

(cd "$root" && mvn -q -DskipTests -pl ops/gpu -am package)
if [ ! -f "$root/gpu-runtime/target/classes/kernels/longwave.fatbin" ]; then
    echo "longwave gpu-bundle: there are no CUDA kernels to carry, because no nvcc was found when Longwave was built." >&2
    exit 1
fi
rm -rf "$work"
mkdir -p "$work/longwave-gpu"
cd "$work/longwave-gpu"
# Left uncompressed inside: xz over the whole archive makes it smaller.
"$JAVA_HOME/bin/jlink" --add-modules java.base,java.instrument,java.logging,java.management,java.xml,jdk.incubator.vector,jdk.unsupported,jdk.zipfs \
    --strip-debug --no-header-files --no-man-pages --compress zip-0 --output runtime
cp -r "$here/target/lib" lib
cp -r "$root/gpu-runtime/target/jcuda/lib" natives
cp -r "$root/ssm/src/test/resources/golden" golden
cp "$here"/bundle/* .
tar -C "$work" -cJf "$out" longwave-gpu
echo "$out: $(($(stat -c %s "$out") / 1000000)) MB"
