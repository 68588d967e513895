// A libcuda.so.1 over the host shim, so that everything above the driver (JCuda, its pointers, the queue, the pool) runs where there is no GPU.
// It has the functions that Longwave calls and is strict where a driver is: calls need a current context, copies stay inside what was allocated,
// more than 48 KiB of dynamic shared memory has to be asked for, a kernel that fails loses the context. Work runs when it is queued, or is kept
// while the stream records: waiting, or copying from or to the host, is refused then, which on a device spoils the recording or outlives it.
// LONGWAVE_FAKE_CUDA_MEMORY limits the memory of the device in bytes, LONGWAVE_FAKE_CUDA_DEVICES is the number of devices,
// LONGWAVE_FAKE_CUDA_CAPABILITY the major number of their compute capability.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

extern "C" int shim_launch(const char*, int, int, int, int, int, int, long, void* const*, long, char*, long);
extern "C" const char* shim_kinds(const char*);

namespace {
enum { success = 0, invalid_value = 1, out_of_memory = 2, no_device = 100, invalid_image = 200, invalid_context = 201, not_found = 500, launch_failed = 719,
    capture_unsupported = 900 };
struct Function { std::string name; int dynamic_shared = 48 << 10; };
std::mutex lock;
std::map<std::uintptr_t, std::size_t> pieces;
std::map<std::string, Function*> functions;
std::size_t used = 0;
int lost = success;
thread_local bool current = false;
using Graph = std::vector<std::function<int()>>;
std::unique_ptr<Graph> capture;  // while the stream records

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
int queue(std::function<int()> work) {
    if (capture == nullptr) return work();
    capture->push_back(std::move(work));
    return success;
}
}  // namespace

#define DRIVER extern "C" __attribute__((visibility("default"))) int
#define USABLE if (int code = usable()) return code; std::lock_guard<std::mutex> guard(lock)
#define NOT_RECORDING USABLE; if (capture != nullptr) return capture_unsupported

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
DRIVER cuCtxSynchronize() { NOT_RECORDING; return success; }
DRIVER cuStreamCreate(void** stream, unsigned) { *stream = &pieces; return usable(); }
DRIVER cuStreamSynchronize(void*) { NOT_RECORDING; return success; }
DRIVER cuEventCreate(void** event, unsigned) { *event = &pieces; return usable(); }
DRIVER cuEventRecord(void*, void*) { return usable(); }
DRIVER cuEventSynchronize(void*) { NOT_RECORDING; return success; }
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
    NOT_RECORDING;
    if (!inside(to, bytes)) return invalid_value;
    std::memcpy(reinterpret_cast<void*>(to), from, bytes);
    return success;
}
DRIVER cuMemcpyDtoHAsync_v2(void* to, std::uintptr_t from, std::size_t bytes, void*) {
    NOT_RECORDING;
    if (!inside(from, bytes)) return invalid_value;
    std::memcpy(to, reinterpret_cast<void*>(from), bytes);
    return success;
}
DRIVER cuMemcpyDtoDAsync_v2(std::uintptr_t to, std::uintptr_t from, std::size_t bytes, void*) {
    USABLE;
    return queue([=] {
        if (!inside(to, bytes) || !inside(from, bytes)) return int{invalid_value};
        std::memmove(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), bytes);
        return int{success};
    });
}
DRIVER cuMemsetD8Async(std::uintptr_t to, unsigned char value, std::size_t bytes, void*) {
    USABLE;
    return queue([=] {
        if (!inside(to, bytes)) return int{invalid_value};
        std::memset(reinterpret_cast<void*>(to), value, bytes);
        return int{success};
    });
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
    // Arguments are read now, whenever the kernel runs.
    std::string kinds = shim_kinds(known->name.c_str());
    std::vector<std::uint64_t> values(kinds.size());
    for (std::size_t i = 0; i < kinds.size(); i++) std::memcpy(&values[i], parameters[i], kinds[i] == 'p' || kinds[i] == 'l' ? 8 : 4);
    return queue([=]() mutable {
        std::vector<void*> arguments(values.size());
        for (std::size_t i = 0; i < values.size(); i++) arguments[i] = &values[i];
        char message[1024];
        if (shim_launch(known->name.c_str(), static_cast<int>(gx), static_cast<int>(gy), static_cast<int>(gz), static_cast<int>(bx),
                    static_cast<int>(by), static_cast<int>(bz), shared, arguments.data(), 0, message, sizeof message) != 0) {
            std::fprintf(stderr, "%s\n", message);
            lost = launch_failed;  // as on a device, the next call says so
        }
        return int{success};
    });
}
DRIVER cuStreamBeginCapture_v2(void*, int mode) {
    NOT_RECORDING;
    if (mode != 2) return invalid_value;
    capture = std::make_unique<Graph>();
    return success;
}
DRIVER cuStreamEndCapture(void*, void** graph) {
    USABLE;
    if (capture == nullptr) return invalid_value;
    *graph = capture.release();
    return success;
}
DRIVER cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long) {
    USABLE;
    *executable = new Graph(*static_cast<Graph*>(graph));
    return success;
}
DRIVER cuGraphLaunch(void* executable, void*) {
    NOT_RECORDING;
    for (auto& work : *static_cast<Graph*>(executable)) {
        if (int code = work()) return code;
    }
    return success;
}
DRIVER cuGraphDestroy(void* graph) { delete static_cast<Graph*>(graph); return success; }
DRIVER cuGraphExecDestroy(void* executable) { delete static_cast<Graph*>(executable); return success; }
DRIVER cuGetErrorString(int code, const char** text) {
    switch (code) {
        case invalid_value: *text = "invalid argument"; return success;
        case out_of_memory: *text = "out of memory"; return success;
        case no_device: *text = "no CUDA-capable device is detected"; return success;
        case invalid_image: *text = "device kernel image is invalid"; return success;
        case invalid_context: *text = "invalid device context"; return success;
        case not_found: *text = "named symbol not found"; return success;
        case launch_failed: *text = "unspecified launch failure"; return success;
        case capture_unsupported: *text = "operation not permitted when stream is capturing"; return success;
        default: *text = nullptr; return invalid_value;
    }
}
