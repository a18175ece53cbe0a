// A stand-in for NVIDIA's driver library and for cuBLAS, for machines without a GPU. The tests build it:
//
//     cc -shared -fPIC -o libcuda.so.1 cuda_stub.c
//
// A GPU's memory is this machine's, kernels are known by their names and carried out on the processor, in the call that
// launches them. It obeys a text file that the variable CUDA_STUB_STATE names, which is read again at every call. One fact a
// line; `#` begins a comment.
//
//     gpu 0 uuid 6d1f…(32 digits)       gpu 0 name NVIDIA H100 80GB HBM3
//     gpu 0 pci 0000:3B:00.0            gpu 0 memory 1073741824           (of all GPUs together: one is used at a time)
//     gpu 0 hidden                      only who names it in CUDA_VISIBLE_DEVICES sees it, as with a slice
//     fail cuInit 999                   hang cuCtxSynchronize             slow cuMemcpyDtoH_v2 300
//     crash cuMemAlloc_v2               chatter cuInit words
//     sticky 719                        every kernel fails so, and every call after it, as with a context that is dead
//     flip-copy 4099                    a bit of the byte there is wrong in every copy to the machine that reaches it
//     flip-memory 4099                  a bit of the byte there can't be kept by the memory that kernels fill
//     flip-sent 4099                    a bit of the byte there arrives wrong on the device
//     wrong-product 17                  that element of every product is wrong
//     remember PATH                     the memory is that file, and what one process leaves the next one finds
//     scrub                             memory is cleared when it is had

#define _GNU_SOURCE
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// Declared here once more and not taken from the product's header: were that one wrong, stub and product would not
// agree with each other, and a test would fail.

enum {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    NO_DEVICE = 100,
    INVALID_DEVICE = 101,
    INVALID_PTX = 218,
    INVALID_CONTEXT = 201,
    NOT_FOUND = 500,
    ADDRESS_UNKNOWN = 700,
};

static int initialized, current, dead;

// ---- the state file ----

// Finds the line that begins with `prefix`; the rest of it goes to `value`. 1: found.
static int lookup(const char *prefix, char *value, size_t size) {
    const char *path = getenv("CUDA_STUB_STATE");
    FILE *file = path ? fopen(path, "re") : NULL;
    if (!file) return 0;
    char line[512];
    int found = 0;
    size_t length = strlen(prefix);
    while (!found && fgets(line, sizeof line, file)) {
        line[strcspn(line, "#\n")] = 0;
        if (strncmp(line, prefix, length) != 0 || (line[length] != ' ' && line[length] != 0)) continue;
        snprintf(value, size, "%s", line[length] ? line + length + 1 : "");
        found = 1;
    }
    fclose(file);
    return found;
}

static int gpu_fact(int gpu, const char *key, char *value, size_t size) {
    char prefix[96];
    snprintf(prefix, sizeof prefix, "gpu %d %s", gpu, key);
    return lookup(prefix, value, size);
}

// The number of a fact that is a number; -1: there is none.
static long long number(const char *fact) {
    char value[256];
    return lookup(fact, value, sizeof value) ? atoll(value) : -1;
}

// Does what the file says that a call does beside its work. Returns the code to fail with.
static int behave(const char *call) {
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

#define BEHAVE(call)                   \
    do {                               \
        int code_ = behave(call);      \
        if (code_ != SUCCESS) return code_; \
    } while (0)

#define BEHAVE_IN_CONTEXT(call)               \
    do {                                      \
        BEHAVE(call);                         \
        if (!current) return INVALID_CONTEXT; \
    } while (0)

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
static int is_had(unsigned long long address, size_t bytes) {
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

static void flip(const char *fact, unsigned char *bytes, size_t count) {
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

// ---- kernels ----

static const char *const kernels[] = {"carrel_fill", "carrel_count_mismatches", "carrel_saxpy", "carrel_sgemm"};
static char *module_text;

// A module is a text with its header's lines; a kernel is there when it is declared as an entry and has a body.
int cuModuleLoadData(void **module, const void *data) {
    BEHAVE_IN_CONTEXT("cuModuleLoadData");
    const char *version = strstr(data, "\n.version "), *target = strstr(data, "\n.target sm_");
    int major = 0, minor = 0;
    if (!version || !target || target < version || !strstr(target, "\n.address_size 64")) return INVALID_PTX;
    if (sscanf(version, "\n.version %d.%d", &major, &minor) != 2 || major > 8) return INVALID_PTX;
    long depth = 0;
    for (const char *c = data; *c; c++) depth += (*c == '{') - (*c == '}');
    if (depth != 0) return INVALID_PTX;
    module_text = strdup(data);
    *module = module_text;
    return SUCCESS;
}

int cuModuleUnload(void *module) {
    BEHAVE_IN_CONTEXT("cuModuleUnload");
    free(module);
    return SUCCESS;
}

int cuModuleGetFunction(void **function, void *module, const char *name) {
    BEHAVE_IN_CONTEXT("cuModuleGetFunction");
    char entry[128];
    snprintf(entry, sizeof entry, ".visible .entry %s(", name);
    if (!strstr(module, entry)) return NOT_FOUND;
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
        if (strcmp(kernels[i], name) == 0) {
            *function = (void *)(i + 1);
            return SUCCESS;
        }
    return NOT_FOUND;
}

#define PARAMETER(type, index) (*(type *)parameters[index])

static int fill_or_count(void **parameters, int is_count) {
    unsigned long long address = PARAMETER(unsigned long long, 0), blocks = PARAMETER(unsigned long long, 1);
    uint32_t step = PARAMETER(uint32_t, 6);
    if (!is_had(address, blocks * 16)) return ADDRESS_UNKNOWN;
    uint32_t *words = (uint32_t *)(uintptr_t)address;
    unsigned long long differing = 0, first = UINT64_MAX;
    for (unsigned long long i = 0; i < blocks; i++) {
        int differs = 0;
        for (int j = 0; j < 4; j++) {
            uint32_t word = PARAMETER(uint32_t, 2 + j) ^ (uint32_t)i * step;
            if (!is_count) words[4 * i + (unsigned)j] = word;
            else differs |= words[4 * i + (unsigned)j] != word;
        }
        if (differs && differing++ == 0) first = i;
    }
    if (!is_count) {
        flip("flip-memory", (unsigned char *)words, blocks * 16);
        return SUCCESS;
    }
    unsigned long long *found = (unsigned long long *)(uintptr_t)PARAMETER(unsigned long long, 7);
    if (!is_had((unsigned long long)(uintptr_t)found, 16)) return ADDRESS_UNKNOWN;
    found[0] += differing;
    if (first < found[1]) found[1] = first;
    return SUCCESS;
}

static int saxpy(void **parameters) {
    unsigned long long count = PARAMETER(unsigned long long, 2);
    if (!is_had(PARAMETER(unsigned long long, 0), count * 4)) return ADDRESS_UNKNOWN;
    if (!is_had(PARAMETER(unsigned long long, 1), count * 4)) return ADDRESS_UNKNOWN;
    const float *x = (const float *)(uintptr_t)PARAMETER(unsigned long long, 0);
    float *y = (float *)(uintptr_t)PARAMETER(unsigned long long, 1), a = PARAMETER(float, 3);
    for (unsigned long long i = 0; i < count; i++) y[i] = fmaf(a, x[i], y[i]);
    return SUCCESS;
}

// Row by row.
static int product(const float *a, const float *b, float *c, size_t rows, size_t inner, size_t columns) {
    for (size_t i = 0; i < rows * columns; i++) c[i] = 0;
    for (size_t row = 0; row < rows; row++)
        for (size_t k = 0; k < inner; k++)
            for (size_t column = 0; column < columns; column++)
                c[row * columns + column] += a[row * inner + k] * b[k * columns + column];
    long long wrong = number("wrong-product");
    if (wrong >= 0 && (size_t)wrong < rows * columns) c[wrong] += 0.5f;
    return SUCCESS;
}

static int sgemm(void **parameters, const unsigned int grid[2], const unsigned int block[2]) {
    uint32_t rows = PARAMETER(uint32_t, 3), inner = PARAMETER(uint32_t, 4), columns = PARAMETER(uint32_t, 5);
    if (block[0] != 16 || block[1] != 16) return INVALID_VALUE;
    if (grid[0] != (columns + 15) / 16 || grid[1] != (rows + 15) / 16) return INVALID_VALUE;
    unsigned long long a = PARAMETER(unsigned long long, 0), b = PARAMETER(unsigned long long, 1);
    unsigned long long c = PARAMETER(unsigned long long, 2);
    if (!is_had(a, 4ull * rows * inner) || !is_had(b, 4ull * inner * columns) || !is_had(c, 4ull * rows * columns))
        return ADDRESS_UNKNOWN;
    return product(
        (const float *)(uintptr_t)a, (const float *)(uintptr_t)b, (float *)(uintptr_t)c, rows, inner, columns);
}

int cuLaunchKernel(
    void *function, unsigned int grid_x, unsigned int grid_y, unsigned int grid_z, unsigned int block_x,
    unsigned int block_y, unsigned int block_z, unsigned int shared, void *stream, void **parameters, void **extra) {
    BEHAVE_IN_CONTEXT("cuLaunchKernel");
    if (stream || extra || shared || grid_z != 1 || block_z != 1 || grid_x == 0 || grid_y == 0) return INVALID_VALUE;
    if (block_x * block_y > 1024) return INVALID_VALUE;
    // A launch succeeds; what went wrong shows in the next call.
    if (number("sticky") > 0) {
        dead = (int)number("sticky");
        return SUCCESS;
    }
    switch ((intptr_t)function) {
    case 1: dead = fill_or_count(parameters, 0); return SUCCESS;
    case 2: dead = fill_or_count(parameters, 1); return SUCCESS;
    case 3: dead = saxpy(parameters); return SUCCESS;
    case 4:
        dead = sgemm(parameters, (unsigned int[]){grid_x, grid_y}, (unsigned int[]){block_x, block_y});
        return SUCCESS;
    default: return INVALID_VALUE;
    }
}

// ---- events ----

int cuEventCreate(void **event, unsigned int flags) {
    BEHAVE_IN_CONTEXT("cuEventCreate");
    *event = flags == 0 ? calloc(1, sizeof(struct timespec)) : NULL;
    return *event ? SUCCESS : INVALID_VALUE;
}

int cuEventRecord(void *event, void *stream) {
    BEHAVE_IN_CONTEXT("cuEventRecord");
    return stream || clock_gettime(CLOCK_MONOTONIC, event) != 0 ? INVALID_VALUE : SUCCESS;
}

int cuEventSynchronize(void *event) {
    BEHAVE_IN_CONTEXT("cuEventSynchronize");
    return event ? SUCCESS : INVALID_VALUE;
}

int cuEventElapsedTime(float *milliseconds, void *start, void *end) {
    BEHAVE_IN_CONTEXT("cuEventElapsedTime");
    struct timespec *from = start, *to = end;
    *milliseconds = (float)((double)(to->tv_sec - from->tv_sec) * 1e3 + (double)(to->tv_nsec - from->tv_nsec) * 1e-6);
    return SUCCESS;
}

int cuEventDestroy_v2(void *event) {
    BEHAVE_IN_CONTEXT("cuEventDestroy_v2");
    free(event);
    return SUCCESS;
}

// ---- cuBLAS, of which only the product is there ----

int cublasCreate_v2(void **handle) {
    *handle = &part_count;
    return behave("cublasCreate_v2") == SUCCESS ? 0 : 1;
}

int cublasDestroy_v2(void *handle) { return handle ? 0 : 1; }

// Column by column: c = a b is, row by row, the product of the turned matrices in turned order.
int cublasSgemm_v2(
    void *handle, int operation_a, int operation_b, int rows, int columns, int inner, const float *alpha, const float *a,
    int leading_a, const float *b, int leading_b, const float *beta, float *c, int leading_c) {
    if (behave("cublasSgemm_v2") != SUCCESS || !handle) return 13;
    if (operation_a || operation_b || *alpha != 1 || *beta != 0) return 15;
    if (leading_a != rows || leading_b != inner || leading_c != rows) return 7;
    return product(b, a, c, (size_t)columns, (size_t)inner, (size_t)rows);
}
