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


def microseconds(run, seconds):
    """Of one run: the median of seven timings of as many in a row as take so long, after as many to warm up."""
    run()
    torch.cuda.synchronize()
    start = time.perf_counter()
    run()
    torch.cuda.synchronize()
    runs = max(1, min(10000, int(seconds / max(1e-6, time.perf_counter() - start))))
    times = []
    for r in range(8):
        start = time.perf_counter()
        for _ in range(runs):
            run()
        torch.cuda.synchronize()
        if r > 0:
            times.append((time.perf_counter() - start) * 1e6 / runs)
    return statistics.median(times)


def measured(run):
    """After a rest at the card's full clock, and in long runs; the same times as Stopwatch.java takes."""
    run()
    torch.cuda.synchronize()
    time.sleep(0.3)
    rested = microseconds(run, 0.005)
    return {"restedMicroseconds": rested, "microseconds": microseconds(run, 0.1)}


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
