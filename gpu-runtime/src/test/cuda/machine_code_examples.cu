// One kernel for each operation that MachineCodeTest looks for, to see that it is found.
extern "C" __global__ void with_doubles(double* y, const double* x) { y[threadIdx.x] = x[threadIdx.x] * y[threadIdx.x] + 3.0; }

extern "C" __global__ void with_local_memory(float* y, int n) {
    float room[64];
    for (int i = 0; i < 64; i++) room[i] = y[i];
    for (int i = 0; i < n; i++) room[(i * 7) % 64] += room[i % 64];
    y[0] = room[n % 64];
}

extern "C" __global__ void with_tensor_cores(float* y, const unsigned* a) {
    float d[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(a[4]), "r"(a[5]));
    y[threadIdx.x] = d[0] + d[1] + d[2] + d[3];
}

extern "C" __global__ void with_shuffle_and_barrier(float* y) {
    __shared__ float room[32];
    room[threadIdx.x] = y[threadIdx.x];
    __syncthreads();
    y[threadIdx.x] = __shfl_xor_sync(0xffffffffu, room[31 - threadIdx.x], 1);
}

extern "C" __global__ void __launch_bounds__(64) with_bounds(float* y) { y[threadIdx.x] *= 2.0f; }
