// The second half of the stand-in for NVIDIA's driver: modules, kernels, events, and cuBLAS.

#define _GNU_SOURCE
#include "cuda_stub.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
    *handle = &module_text;
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
