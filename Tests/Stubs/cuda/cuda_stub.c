// A stand-in for NVIDIA's driver library, cuBLAS and cuDNN, for machines without a GPU. The tests build it:
//
//     cc -shared -fPIC -o libcuda.so.1 cuda_stub*.c -lm
//
// A GPU's memory is this machine's, kernels are known by their names and carried out on the processor, in the call that
// launches them. It obeys a text file that the variable CUDA_STUB_STATE names, which is read again at every call. One fact a
// line; `#` begins a comment.
//
//     gpu 0 uuid 6d1f…(32 digits)       gpu 0 name NVIDIA H100 80GB HBM3
//     gpu 0 pci 0000:3B:00.0            gpu 0 memory 1073741824           (of all GPUs together: one is used at a time)
//     gpu 0 hidden                      only who names it in CUDA_VISIBLE_DEVICES sees it, as with a slice
//     fail carrel_lstm 500              there is no such kernel
//     fail cuInit 999                   hang cuCtxSynchronize             slow cuMemcpyDtoH_v2 300
//     crash cuMemAlloc_v2               chatter cuInit words
//     sticky 719                        every kernel fails so, and every call after it, as with a context that is dead
//     flip-copy 4099                    a bit of the byte there is wrong in every copy to the machine that reaches it
//     flip-memory 4099                  a bit of the byte there can't be kept by the memory that kernels fill
//     flip-sent 4099                    a bit of the byte there arrives wrong on the device
//     wrong-product 17                  that element of every product is wrong
//     wrong-convolution 17              the same of every convolution
//     wrong-lstm 17                     the same of every step of an LSTM
//     remember PATH                     the memory is that file, and what one process leaves the next one finds
//     scrub                             memory is cleared when it is had

#define _GNU_SOURCE
#include "cuda_stub.h"
#include "../state.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int current, dead;
static int initialized;

// ---- the state file ----

// Finds the line that begins with `prefix`; the rest of it goes to `value`. 1: found.
static int lookup(const char *prefix, char *value, size_t size) {
    return state_lookup("CUDA_STUB_STATE", prefix, value, size);
}

static int gpu_fact(int gpu, const char *key, char *value, size_t size) {
    char prefix[96];
    snprintf(prefix, sizeof prefix, "gpu %d %s", gpu, key);
    return lookup(prefix, value, size);
}

// The number of a fact that is a number; -1: there is none.
long long number(const char *fact) {
    char value[256];
    return lookup(fact, value, sizeof value) ? atoll(value) : -1;
}

// Does what the file says that a call does beside its work. Returns the code to fail with.
int behave(const char *call) {
    char prefix[128], value[256];
    snprintf(prefix, sizeof prefix, "chatter %s", call);
    if (lookup(prefix, value, sizeof value)) {
        printf("%s\n", value);
        fflush(stdout);
    }
    snprintf(prefix, sizeof prefix, "crash %s", call);
    if (lookup(prefix, value, sizeof value)) abort();
    snprintf(prefix, sizeof prefix, "hang %s", call);
    if (lookup(prefix, value, sizeof value))
        for (;;) pause();
    snprintf(prefix, sizeof prefix, "slow %s", call);
    if (lookup(prefix, value, sizeof value)) usleep((useconds_t)atoi(value) * 1000);
    snprintf(prefix, sizeof prefix, "fail %s", call);
    if (lookup(prefix, value, sizeof value)) return atoi(value);
    if (strcmp(call, "cuInit") != 0 && !initialized) return NOT_INITIALIZED;
    return dead;
}

// ---- devices ----

// The state's GPUs that this process sees, in order.
static int visible(int *gpus, int most) {
    const char *names = getenv("CUDA_VISIBLE_DEVICES");
    char uuid[256], digits[64];
    int count = 0;
    for (int gpu = 0; gpu_fact(gpu, "uuid", uuid, sizeof uuid); gpu++) {
        int is_hidden = gpu_fact(gpu, "hidden", digits, sizeof digits), is_named = 0;
        if (names) {
            // Without what stands before the first dash, and without dashes.
            const char *from = strchr(names, '-');
            size_t length = 0;
            for (from = from ? from + 1 : names; *from && length + 1 < sizeof digits; from++)
                if (*from != '-') digits[length++] = *from;
            digits[length] = 0;
            is_named = strcmp(digits, uuid) == 0;
        }
        if (names ? is_named : !is_hidden)
            if (count < most) gpus[count++] = gpu;
    }
    return count;
}

static int gpu_of(int device) {
    int gpus[16], count = visible(gpus, 16);
    return device >= 0 && device < count ? gpus[device] : -1;
}

int cuInit(unsigned int flags) {
    BEHAVE("cuInit");
    int gpus[16];
    if (flags != 0) return INVALID_VALUE;
    if (visible(gpus, 16) == 0) return NO_DEVICE;
    initialized = 1;
    return SUCCESS;
}

int cuDriverGetVersion(int *version) {
    BEHAVE("cuDriverGetVersion");
    *version = 12040;
    return SUCCESS;
}

int cuDeviceGetCount(int *count) {
    BEHAVE("cuDeviceGetCount");
    int gpus[16];
    *count = visible(gpus, 16);
    return SUCCESS;
}

int cuDeviceGet(int *device, int index) {
    BEHAVE("cuDeviceGet");
    *device = index;
    return gpu_of(index) < 0 ? INVALID_DEVICE : SUCCESS;
}

static int text(const char *fact, char *buffer, int size, int device) {
    char value[256];
    int gpu = gpu_of(device);
    if (gpu < 0) return INVALID_DEVICE;
    if (!gpu_fact(gpu, fact, value, sizeof value)) return NOT_FOUND;
    snprintf(buffer, (size_t)size, "%s", value);
    return SUCCESS;
}

int cuDeviceGetName(char *name, int size, int device) {
    BEHAVE("cuDeviceGetName");
    return text("name", name, size, device);
}

int cuDeviceGetPCIBusId(char *address, int size, int device) {
    BEHAVE("cuDeviceGetPCIBusId");
    return text("pci", address, size, device);
}

int cuDeviceGetUuid_v2(unsigned char uuid[16], int device) {
    BEHAVE("cuDeviceGetUuid_v2");
    char value[256];
    int code = text("uuid", value, sizeof value, device);
    for (int i = 0; code == SUCCESS && i < 16; i++) {
        unsigned int byte = 0;
        if (sscanf(value + 2 * i, "%2x", &byte) != 1) return INVALID_VALUE;
        uuid[i] = (unsigned char)byte;
    }
    return code;
}

int cuDevicePrimaryCtxRetain(void **context, int device) {
    BEHAVE("cuDevicePrimaryCtxRetain");
    if (gpu_of(device) < 0) return INVALID_DEVICE;
    *context = (void *)(intptr_t)(device + 1);
    return SUCCESS;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
    BEHAVE("cuDevicePrimaryCtxRelease_v2");
    current = 0;
    return gpu_of(device) < 0 ? INVALID_DEVICE : SUCCESS;
}

int cuCtxSetCurrent(void *context) {
    BEHAVE("cuCtxSetCurrent");
    current = (int)(intptr_t)context;
    return SUCCESS;
}

int cuCtxSynchronize(void) {
    BEHAVE_IN_CONTEXT("cuCtxSynchronize");
    return SUCCESS;
}

// ---- memory: one stretch of addresses, of which parts are had ----

enum { MOST_PARTS = 4096, PAGE = 2 << 20 };
static struct {
    unsigned char *start;
    size_t bytes;
} parts[MOST_PARTS];
static int part_count;
static unsigned char *all;
static size_t all_bytes;

static int make_memory(void) {
    if (all) return SUCCESS;
    char path[256], bytes[256];
    all_bytes = gpu_fact(0, "memory", bytes, sizeof bytes) ? (size_t)atoll(bytes) : (size_t)256 << 20;
    int file = -1, kind = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    if (lookup("remember", path, sizeof path)) {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0 || ftruncate(file, (off_t)all_bytes) != 0) return OUT_OF_MEMORY;
        kind = MAP_SHARED;
    }
    all = mmap(NULL, all_bytes, PROT_READ | PROT_WRITE, kind, file, 0);
    if (all == MAP_FAILED) all = NULL;
    return all ? SUCCESS : OUT_OF_MEMORY;
}

static size_t used(void) {
    size_t sum = 0;
    for (int i = 0; i < part_count; i++) sum += parts[i].bytes;
    return sum;
}

// 1: the bytes lie in a part that was had.
int is_had(unsigned long long address, size_t bytes) {
    unsigned char *start = (unsigned char *)(uintptr_t)address;
    for (int i = 0; i < part_count; i++)
        if (start >= parts[i].start && start + bytes <= parts[i].start + parts[i].bytes) return 1;
    return 0;
}

int cuMemGetInfo_v2(size_t *available, size_t *total) {
    BEHAVE_IN_CONTEXT("cuMemGetInfo_v2");
    int code = make_memory();
    *available = all_bytes - used();
    *total = all_bytes;
    return code;
}

int cuMemAlloc_v2(unsigned long long *address, size_t bytes) {
    BEHAVE_IN_CONTEXT("cuMemAlloc_v2");
    if (bytes == 0) return INVALID_VALUE;
    if (make_memory() != SUCCESS) return OUT_OF_MEMORY;
    // The first gap that holds it; small parts have pages of their own, as on a real device.
    size_t wanted = (bytes + 511) / 512 * 512;
    unsigned char *start = all;
    for (int moved = 1; moved;) {
        moved = 0;
        for (int i = 0; i < part_count; i++)
            if (start < parts[i].start + parts[i].bytes && parts[i].start < start + wanted) {
                start = parts[i].start + parts[i].bytes;
                moved = 1;
            }
    }
    if (part_count == MOST_PARTS || start + wanted > all + all_bytes) return OUT_OF_MEMORY;
    parts[part_count].start = start;
    parts[part_count++].bytes = wanted;
    char value[8];
    if (lookup("scrub", value, sizeof value)) memset(start, 0, wanted);
    *address = (unsigned long long)(uintptr_t)start;
    return SUCCESS;
}

int cuMemAllocManaged(unsigned long long *address, size_t bytes, unsigned int flags) {
    BEHAVE_IN_CONTEXT("cuMemAllocManaged");
    return flags == 1 ? cuMemAlloc_v2(address, bytes) : INVALID_VALUE;
}

int cuMemFree_v2(unsigned long long address) {
    BEHAVE_IN_CONTEXT("cuMemFree_v2");
    for (int i = 0; i < part_count; i++)
        if ((unsigned long long)(uintptr_t)parts[i].start == address) {
            parts[i] = parts[--part_count];
            return SUCCESS;
        }
    return INVALID_VALUE;
}

int cuMemAllocHost_v2(void **memory, size_t bytes) {
    BEHAVE_IN_CONTEXT("cuMemAllocHost_v2");
    *memory = malloc(bytes);
    return *memory ? SUCCESS : OUT_OF_MEMORY;
}

int cuMemFreeHost(void *memory) {
    BEHAVE_IN_CONTEXT("cuMemFreeHost");
    free(memory);
    return SUCCESS;
}

int cuMemsetD32_v2(unsigned long long address, unsigned int word, size_t count) {
    BEHAVE_IN_CONTEXT("cuMemsetD32_v2");
    if (!is_had(address, count * 4)) return INVALID_VALUE;
    uint32_t *words = (uint32_t *)(uintptr_t)address;
    for (size_t i = 0; i < count; i++) words[i] = word;
    return SUCCESS;
}

void flip(const char *fact, unsigned char *bytes, size_t count) {
    long long place = number(fact);
    if (place >= 0 && (size_t)place < count) bytes[place] ^= 0x10;
}

int cuMemcpyHtoD_v2(unsigned long long to, const void *from, size_t bytes) {
    BEHAVE_IN_CONTEXT("cuMemcpyHtoD_v2");
    if (!is_had(to, bytes)) return INVALID_VALUE;
    memcpy((void *)(uintptr_t)to, from, bytes);
    flip("flip-sent", (unsigned char *)(uintptr_t)to, bytes);
    return SUCCESS;
}

int cuMemcpyDtoH_v2(void *to, unsigned long long from, size_t bytes) {
    BEHAVE_IN_CONTEXT("cuMemcpyDtoH_v2");
    if (!is_had(from, bytes)) return INVALID_VALUE;
    memcpy(to, (const void *)(uintptr_t)from, bytes);
    flip("flip-copy", to, bytes);
    return SUCCESS;
}
