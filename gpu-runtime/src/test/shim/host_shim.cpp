// The scheduler behind host_shim.h and the C functions that the tests call: see there.
#include "host_shim.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <ucontext.h>

// Bounds of the section that holds static shared memory; absent when no kernel has any.
extern unsigned char __start_cuda_shared[] __attribute__((weak));
extern unsigned char __stop_cuda_shared[] __attribute__((weak));

namespace shim {

unsigned char* dynamic_shared = nullptr;
uint3 thread_index, block_index;
dim3 block_size, grid_size;

namespace {

constexpr std::size_t kStack = 128 * 1024;
constexpr unsigned kWarp = 32;

// A switch between stacks costs a few nanoseconds this way and a system call with swapcontext.
#if defined(__x86_64__)
extern "C" void shim_switch(void** save, void* load);
asm(R"(
.text
.globl shim_switch
.hidden shim_switch
.type shim_switch,@function
shim_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size shim_switch,.-shim_switch
)");
struct Context {
    void* pointer = nullptr;
    void prepare(unsigned char* stack, std::size_t size, void (*entry)()) {
        auto top = reinterpret_cast<std::uintptr_t>(stack + size) & ~std::uintptr_t{15};
        auto* words = reinterpret_cast<void**>(top);
        *--words = nullptr;  // so that the entry sees the alignment a call gives
        *--words = reinterpret_cast<void*>(entry);
        for (int i = 0; i < 6; i++) *--words = nullptr;
        pointer = words;
    }
};
void swap(Context& from, Context& to) { shim_switch(&from.pointer, to.pointer); }
#else
struct Context {
    ucontext_t context;
    void prepare(unsigned char* stack, std::size_t size, void (*entry)()) {
        getcontext(&context);
        context.uc_stack.ss_sp = stack;
        context.uc_stack.ss_size = size;
        context.uc_link = nullptr;
        makecontext(&context, entry, 0);
    }
};
void swap(Context& from, Context& to) { swapcontext(&from.context, &to.context); }
#endif

enum class State { ready, at_barrier, at_collective, done };

struct Fiber {
    Context context;
    std::unique_ptr<unsigned char[]> stack{new unsigned char[kStack]};  // left untouched, so that pages come as they are used
    State state;
    uint3 index;
    unsigned number;
    unsigned parity;  // which of its warp's two sets of slots the next collective of this lane uses
    const char* operation;
};

struct Warp {
    unsigned char slots[2][kWarp * stride];
};

std::mutex one_launch;
Kernel* kernels = nullptr;
std::vector<Fiber*> fibers;
std::vector<Warp> warps;
unsigned threads;
Fiber* current;
Context scheduler;
void (*entry)(void* const*);
void* const* entry_arguments;
std::string failure;

void pause(State state) {
    Fiber* self = current;
    self->state = state;
    swap(self->context, scheduler);
    thread_index = self->index;
}

void body() {
    entry(entry_arguments);
    current->state = State::done;
    swap(current->context, scheduler);
    std::abort();
}

struct Random {
    std::uint64_t state;
    std::uint64_t next() {
        state += 0x9e3779b97f4a7c15u;
        std::uint64_t z = state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
};

/** 0 as numbered, 1 backwards, any other number a shuffle that changes from round to round. */
void arrange(std::vector<unsigned>& order, std::uint64_t seed, Random& random) {
    for (unsigned i = 0; i < order.size(); i++) order[i] = seed == 1 ? static_cast<unsigned>(order.size()) - 1 - i : i;
    if (seed > 1) {
        for (std::size_t i = order.size(); i > 1; i--) std::swap(order[i - 1], order[random.next() % i]);
    }
}

bool release_barrier() {
    unsigned waiting = 0, done = 0;
    for (unsigned i = 0; i < threads; i++) {
        waiting += fibers[i]->state == State::at_barrier;
        done += fibers[i]->state == State::done;
    }
    if (waiting == 0) return false;
    if (waiting != threads) {
        if (waiting + done == threads) {
            failure = "__syncthreads reached by " + std::to_string(waiting) + " of " + std::to_string(threads) + " threads; the others have returned";
        }
        return false;
    }
    for (unsigned i = 0; i < threads; i++) fibers[i]->state = State::ready;
    return true;
}

/** Lets the lanes of a warp go on when all of them wait in one collective. */
bool release_collective(unsigned first) {
    unsigned lanes = std::min(kWarp, threads - first);
    unsigned waiting = 0;
    for (unsigned i = 0; i < lanes; i++) waiting += fibers[first + i]->state == State::at_collective;
    if (waiting == 0) return false;
    if (lanes < kWarp) {
        failure = std::string(fibers[first]->operation ? fibers[first]->operation : "collective") + " in a warp of " + std::to_string(lanes)
                + " threads: block sizes are multiples of 32";
        return false;
    }
    if (waiting < lanes) return false;
    for (unsigned i = 1; i < lanes; i++) {
        if (std::strcmp(fibers[first]->operation, fibers[first + i]->operation) != 0) {
            failure = std::string("lanes of one warp wait in ") + fibers[first]->operation + " and in " + fibers[first + i]->operation;
            return false;
        }
    }
    for (unsigned i = 0; i < lanes; i++) fibers[first + i]->state = State::ready;
    return true;
}

bool release_collectives() {
    bool released = false;
    for (unsigned first = 0; first < threads && failure.empty(); first += kWarp) released |= release_collective(first);
    return released;
}

std::string where_they_wait() {
    std::string text = "threads of the block wait for each other:";
    for (unsigned i = 0, shown = 0; i < threads && shown < 8; i++) {
        Fiber* f = fibers[i];
        if (f->state == State::done) continue;
        text += " " + std::to_string(i) + " in " + (f->state == State::at_barrier ? "__syncthreads" : f->operation) + ";";
        shown++;
    }
    return text;
}

/** Runs a fiber until it waits or ends. */
bool run(Fiber* f) {
    if (f->state != State::ready) return false;
    current = f;
    thread_index = f->index;
    swap(scheduler, f->context);
    return true;
}

/**
 * Runs each warp as far as it gets without the others, in the order of their first fibers: what a warp writes after a collective must not meet what
 * another has yet to read before it.
 */
bool run_warps_ahead(const std::vector<unsigned>& order) {
    bool ran = false;
    for (unsigned leader : order) {
        if (leader % kWarp != 0) continue;
        bool on = true;
        while (on && failure.empty()) {
            on = false;
            for (unsigned i : order) {
                if (i / kWarp == leader / kWarp && failure.empty()) on |= run(fibers[i]);
            }
            ran |= on;
            on = on && failure.empty() && release_collective(leader);
        }
    }
    return ran;
}

bool run_all(const std::vector<unsigned>& order) {
    bool ran = false;
    for (unsigned i : order) {
        ran |= run(fibers[i]);
        if (!failure.empty()) break;
    }
    return ran;
}

/** Odd orders let warps run ahead of each other, even ones keep them in step from collective to collective. */
void run_block(std::uint64_t seed, Random& random, std::vector<unsigned>& order) {
    for (unsigned i = 0; i < threads; i++) {
        Fiber* f = fibers[i];
        f->context.prepare(f->stack.get(), kStack, body);
        f->state = State::ready;
        f->number = i;
        f->parity = 0;
        f->operation = nullptr;
        f->index = {i % block_size.x, i / block_size.x % block_size.y, i / (block_size.x * block_size.y)};
    }
    while (failure.empty()) {
        arrange(order, seed, random);
        bool ran = seed % 2 == 1 ? run_warps_ahead(order) : run_all(order);
        if (!failure.empty()) return;
        bool live = false;
        for (unsigned i = 0; i < threads; i++) live |= fibers[i]->state != State::done;
        if (!live) return;
        bool released = release_collectives();
        released |= failure.empty() && release_barrier();
        if (!ran && !released && failure.empty()) failure = where_they_wait();
    }
}

void poison(unsigned char* from, std::size_t bytes) {
    constexpr std::uint32_t nan = 0x7fc0beefu;
    for (std::size_t i = 0; i + 4 <= bytes; i += 4) std::memcpy(from + i, &nan, 4);
}

}  // namespace

unsigned lane() { return current->number % kWarp; }

void fail(const char* reason) {
    if (failure.empty()) failure = reason;
    swap(current->context, scheduler);
    std::abort();
}

void block_barrier() { pause(State::at_barrier); }

const unsigned char* warp_exchange(const void* value, unsigned size, const char* operation) {
    Fiber* self = current;
    // Two sets of slots in turn: a lane that goes on to the next collective cannot overwrite what others have yet to read, because the one
    // after that needs all of them.
    unsigned char* slots = warps[self->number / kWarp].slots[self->parity];
    self->parity ^= 1;
    std::memcpy(slots + (self->number % kWarp) * stride, value, size);
    self->operation = operation;
    pause(State::at_collective);
    return slots;
}

void add(Kernel* kernel) {
    kernel->next = kernels;
    kernels = kernel;
}

}  // namespace shim

namespace {
int report(const std::string& text, char* message, long size) {
    std::snprintf(message, static_cast<std::size_t>(size), "%s", text.c_str());
    return 1;
}
shim::Kernel* find(const char* name) {
    for (shim::Kernel* k = shim::kernels; k != nullptr; k = k->next) {
        if (std::strcmp(k->name, name) == 0) return k;
    }
    return nullptr;
}
}  // namespace

extern "C" {

/** A letter per parameter of a kernel, or null when there is no such kernel. */
__attribute__((visibility("default"))) const char* shim_kinds(const char* name) {
    shim::Kernel* kernel = find(name);
    return kernel == nullptr ? nullptr : kernel->kinds;
}

/** Name of the kernel registered in place `index`, or null past the last. */
__attribute__((visibility("default"))) const char* shim_name(int index) {
    shim::Kernel* k = shim::kernels;
    while (k != nullptr && index-- > 0) k = k->next;
    return k == nullptr ? nullptr : k->name;
}

/** Runs a kernel to its end; 0, or 1 with a message. */
__attribute__((visibility("default"))) int shim_launch(const char* name, int gx, int gy, int gz, int bx, int by, int bz, long shared_bytes,
        void* const* arguments, long seed, char* message, long message_size) {
    std::lock_guard<std::mutex> lock(shim::one_launch);
    shim::Kernel* kernel = find(name);
    if (kernel == nullptr) return report(std::string("no kernel ") + name, message, message_size);
    shim::grid_size = {static_cast<unsigned>(gx), static_cast<unsigned>(gy), static_cast<unsigned>(gz)};
    shim::block_size = {static_cast<unsigned>(bx), static_cast<unsigned>(by), static_cast<unsigned>(bz)};
    shim::threads = shim::block_size.x * shim::block_size.y * shim::block_size.z;
    while (shim::fibers.size() < shim::threads) shim::fibers.push_back(new shim::Fiber());
    shim::warps.resize((shim::threads + shim::kWarp - 1) / shim::kWarp);
    shim::entry = kernel->call;
    shim::entry_arguments = arguments;
    shim::failure.clear();
    std::size_t bytes = (static_cast<std::size_t>(shared_bytes) + 3) / 4 * 4;
    auto* shared = static_cast<unsigned char*>(std::aligned_alloc(128, (bytes + 127) / 128 * 128 + 128));
    shim::dynamic_shared = shared;
    shim::Random random{static_cast<std::uint64_t>(seed)};
    std::vector<unsigned> blocks(shim::grid_size.x * shim::grid_size.y * shim::grid_size.z), order(shim::threads);
    shim::arrange(blocks, static_cast<std::uint64_t>(seed), random);
    constexpr unsigned char guard = 0xa5;
    std::memset(shared + bytes, guard, 128);
    for (unsigned b : blocks) {
        shim::block_index = {b % shim::grid_size.x, b / shim::grid_size.x % shim::grid_size.y, b / (shim::grid_size.x * shim::grid_size.y)};
        shim::poison(shared, bytes);
        if (__start_cuda_shared != nullptr) {
            shim::poison(__start_cuda_shared, static_cast<std::size_t>(__stop_cuda_shared - __start_cuda_shared));
        }
        shim::run_block(static_cast<std::uint64_t>(seed), random, order);
        for (int i = 0; i < 128 && shim::failure.empty(); i++) {
            if (shared[bytes + i] != guard) shim::failure = "written past the end of dynamic shared memory";
        }
        if (!shim::failure.empty()) break;
    }
    std::free(shared);
    shim::dynamic_shared = nullptr;
    if (shim::failure.empty()) return 0;
    return report(std::string(name) + " in block " + std::to_string(shim::block_index.x) + "," + std::to_string(shim::block_index.y) + ","
            + std::to_string(shim::block_index.z) + ": " + shim::failure, message, message_size);
}

}  // extern "C"
