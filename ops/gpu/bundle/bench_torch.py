"""FFT convolution of PyTorch, float32: the peer of run-bench. Arguments are shapes N,B,H; prints one JSON object.

A causal convolution of N samples needs a transform of 2 N; the kernel's spectrum is computed in every call, as it is in training.
"""
import json
import statistics
import sys
import time

import torch


def convolve(u, k, n):
    spectrum = torch.fft.rfft(k, n=2 * n)
    return torch.fft.irfft(torch.fft.rfft(u, n=2 * n) * spectrum[None], n=2 * n)[..., :n]


def elapsed(run, runs):
    start = time.perf_counter()
    for _ in range(runs):
        run()
    torch.cuda.synchronize()
    return (time.perf_counter() - start) * 1e6


def measured(run):
    """In runs of most of a second, and in runs of 45 ms after a rest: as Stopwatch.java."""
    elapsed(run, 1)
    runs = max(1, min(10000, int(1e5 / elapsed(run, 1))))
    elapsed(run, runs)
    sustained = statistics.median(elapsed(run, runs) / runs for _ in range(7))
    time.sleep(0.3)
    runs = max(1, int(3e3 / sustained))
    rested = statistics.median((elapsed(run, 2 * runs) - elapsed(run, runs)) / runs for _ in range(5))
    return {"microseconds": sustained, "restedMicroseconds": rested}


if not torch.cuda.is_available():
    sys.exit("torch sees no CUDA device")
rows = []
with torch.inference_mode():
    for shape in sys.argv[1:]:
        n, b, h = map(int, shape.split(","))
        try:
            u = torch.randn(b, h, n, device="cuda")
            k = torch.randn(h, n, device="cuda") / n
            rows.append({"length": n, **measured(lambda: convolve(u, k, n))})
        except torch.cuda.OutOfMemoryError:
            pass
        torch.cuda.empty_cache()
print(json.dumps({"torch": torch.__version__, "cuda": torch.version.cuda, "device": torch.cuda.get_device_name(), "convolutions": rows}))
