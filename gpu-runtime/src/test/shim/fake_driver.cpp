// A libcuda.so.1 over the host shim, so that everything above the driver (JCuda, its pointers, the queue, the pool) runs where there is no GPU.
// It has the functions that Longwave calls and is strict where a driver is: calls need a current context, copies stay inside what was allocated,
// more than 48 KiB of dynamic shared memory has to be asked for, a kernel that fails loses the context. Work runs when it is queued.
// LONGWAVE_FAKE_CUDA_MEMORY limits the memory of the device in bytes, LONGWAVE_FAKE_CUDA_DEVICES is the number of devices,
// LONGWAVE_FAKE_CUDA_CAPABILITY the major number of their compute capability.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

extern "C" int shim_launch(const char*, int, int, int, int, int, int, long, void* const*, long, char*, long);
extern "C" const char* shim_kinds(const char*);

namespace {
enum { success = 0, invalid_value = 1, out_of_memory = 2, no_device = 100, invalid_image = 200, invalid_context = 201, not_found = 500, launch_failed = 719 };
struct Function { std::string name; int dynamic_shared = 48 << 10; };
std::mutex lock;
std::map<std::uintptr_t, std::size_t> pieces;
std::map<std::string, Function*> functions;
std::size_t used = 0;
int lost = success;
thread_local bool current = false;

long setting(const char* name, long otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::atol(text);
}
std::size_t capacity() { return static_cast<std::size_t>(setting("LONGWAVE_FAKE_CUDA_MEMORY", 4L << 30)); }
int usable() { return !current ? invalid_context : lost; }
bool inside(std::uintptr_t at, std::size_t bytes) {
    auto after = pieces.upper_bound(at);
    if (after == pieces.begin()) return false;
    auto piece = std::prev(after);
    return at + bytes <= piece->first + piece->second;
}
}  // namespace

#define DRIVER extern "C" __attribute__((visibility("default"))) int
#define USABLE if (int code = usable()) return code; std::lock_guard<std::mutex> guard(lock)

DRIVER cuInit(unsigned) { return setting("LONGWAVE_FAKE_CUDA_DEVICES", 1) > 0 ? success : no_device; }
DRIVER cuDriverGetVersion(int* version) { *version = 13000; return success; }
DRIVER cuDeviceGetCount(int* count) { *count = static_cast<int>(setting("LONGWAVE_FAKE_CUDA_DEVICES", 1)); return success; }
DRIVER cuDeviceGet(int* device, int ordinal) { *device = ordinal; return success; }
DRIVER cuDeviceGetName(char* name, int size, int) { std::snprintf(name, static_cast<std::size_t>(size), "Host shim"); return success; }
DRIVER cuDeviceTotalMem_v2(std::size_t* bytes, int) { *bytes = capacity(); return success; }
DRIVER cuDeviceGetAttribute(int* value, int attribute, int) {
    switch (attribute) {
        case 16: *value = 4; return success;
        case 38: *value = 60 << 20; return success;
        case 75: *value = static_cast<int>(setting("LONGWAVE_FAKE_CUDA_CAPABILITY", 9)); return success;
        case 76: *value = 0; return success;
        case 97: *value = 232448; return success;
        default: return invalid_value;
    }
}
DRIVER cuDevicePrimaryCtxRetain(void** context, int) { *context = &pieces; return success; }
DRIVER cuCtxSetCurrent(void* context) { current = context != nullptr; return success; }
DRIVER cuCtxSynchronize() { return usable(); }
DRIVER cuStreamCreate(void** stream, unsigned) { *stream = &pieces; return usable(); }
DRIVER cuStreamSynchronize(void*) { return usable(); }
DRIVER cuEventCreate(void** event, unsigned) { *event = &pieces; return usable(); }
DRIVER cuEventRecord(void*, void*) { return usable(); }
DRIVER cuEventSynchronize(void*) { return usable(); }
DRIVER cuMemHostAlloc(void** memory, std::size_t bytes, unsigned) { *memory = std::malloc(bytes); return usable(); }
DRIVER cuMemGetInfo_v2(std::size_t* free, std::size_t* total) { *total = capacity(); *free = *total - used; return usable(); }
DRIVER cuMemAlloc_v2(std::uintptr_t* pointer, std::size_t bytes) {
    USABLE;
    if (bytes == 0) return invalid_value;
    if (used + bytes > capacity()) return out_of_memory;
    void* memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(memory, 0xff, bytes);
    *pointer = reinterpret_cast<std::uintptr_t>(memory);
    pieces[*pointer] = bytes;
    used += bytes;
    return success;
}
DRIVER cuMemFree_v2(std::uintptr_t pointer) {
    USABLE;
    auto piece = pieces.find(pointer);
    if (piece == pieces.end()) return invalid_value;
    used -= piece->second;
    pieces.erase(piece);
    std::free(reinterpret_cast<void*>(pointer));
    return success;
}
DRIVER cuMemcpyHtoDAsync_v2(std::uintptr_t to, const void* from, std::size_t bytes, void*) {
    USABLE;
    if (!inside(to, bytes)) return invalid_value;
    std::memcpy(reinterpret_cast<void*>(to), from, bytes);
    return success;
}
DRIVER cuMemcpyDtoHAsync_v2(void* to, std::uintptr_t from, std::size_t bytes, void*) {
    USABLE;
    if (!inside(from, bytes)) return invalid_value;
    std::memcpy(to, reinterpret_cast<void*>(from), bytes);
    return success;
}
DRIVER cuMemcpyDtoDAsync_v2(std::uintptr_t to, std::uintptr_t from, std::size_t bytes, void*) {
    USABLE;
    if (!inside(to, bytes) || !inside(from, bytes)) return invalid_value;
    std::memmove(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), bytes);
    return success;
}
DRIVER cuMemsetD8Async(std::uintptr_t to, unsigned char value, std::size_t bytes, void*) {
    USABLE;
    if (!inside(to, bytes)) return invalid_value;
    std::memset(reinterpret_cast<void*>(to), value, bytes);
    return success;
}
DRIVER cuModuleLoadData(void** module, const void* image) {
    USABLE;
    static const unsigned char fatbin[4] = {0x50, 0xed, 0x55, 0xba};
    if (std::memcmp(image, fatbin, 4) != 0) return invalid_image;
    *module = &functions;
    return success;
}
DRIVER cuModuleGetFunction(void** function, void*, const char* name) {
    USABLE;
    if (shim_kinds(name) == nullptr) return not_found;
    Function*& known = functions[name];
    if (known == nullptr) known = new Function{name};
    *function = known;
    return success;
}
DRIVER cuFuncSetAttribute(void* function, int attribute, int value) {
    USABLE;
    if (attribute != 8 || value > 232448) return invalid_value;
    static_cast<Function*>(function)->dynamic_shared = value;
    return success;
}
DRIVER cuLaunchKernel(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, void*,
        void** parameters, void**) {
    USABLE;
    auto* known = static_cast<Function*>(function);
    if (static_cast<int>(shared) > known->dynamic_shared || bx * by * bz > 1024 || gy > 65535 || gz > 65535) return invalid_value;
    char message[1024];
    if (shim_launch(known->name.c_str(), static_cast<int>(gx), static_cast<int>(gy), static_cast<int>(gz), static_cast<int>(bx),
                static_cast<int>(by), static_cast<int>(bz), shared, parameters, 0, message, sizeof message) != 0) {
        std::fprintf(stderr, "%s\n", message);
        lost = launch_failed;  // as on a device, the next call says so
    }
    return success;
}
DRIVER cuGetErrorString(int code, const char** text) {
    switch (code) {
        case invalid_value: *text = "invalid argument"; return success;
        case out_of_memory: *text = "out of memory"; return success;
        case no_device: *text = "no CUDA-capable device is detected"; return success;
        case invalid_image: *text = "device kernel image is invalid"; return success;
        case invalid_context: *text = "invalid device context"; return success;
        case not_found: *text = "named symbol not found"; return success;
        case launch_failed: *text = "unspecified launch failure"; return success;
        default: *text = nullptr; return invalid_value;
    }
}
