// The second half of the stand-in for NVIDIA's driver: modules, kernels, events, cuBLAS and cuDNN.

#define _GNU_SOURCE
#include "cuda_stub.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// ---- kernels ----

static const char *const kernels[] = {
    "carrel_fill", "carrel_count_mismatches", "carrel_saxpy", "carrel_sgemm", "carrel_convolution", "carrel_turn",
    "carrel_activate", "carrel_slopes", "carrel_backward", "carrel_move", "carrel_lstm"};
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
    BEHAVE(name);
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

// Each filter over all channels; step 1, no border.
static int convolve(
    const float *image, const float *weights, float *result, size_t channels, size_t side, size_t filters, size_t window) {
    size_t out = side - window + 1;
    for (size_t filter = 0; filter < filters; filter++)
        for (size_t y = 0; y < out; y++)
            for (size_t x = 0; x < out; x++) {
                const float *weight = weights + filter * channels * window * window;
                float sum = 0;
                for (size_t channel = 0; channel < channels; channel++)
                    for (size_t dy = 0; dy < window; dy++)
                        for (size_t dx = 0; dx < window; dx++)
                            sum += *weight++ * image[(channel * side + y + dy) * side + x + dx];
                result[(filter * out + y) * out + x] = sum;
            }
    long long wrong = number("wrong-convolution");
    if (wrong >= 0 && (size_t)wrong < filters * out * out) result[wrong] += 0.5f;
    return SUCCESS;
}

static int convolution_had(
    unsigned long long image, unsigned long long weights, unsigned long long result, size_t channels, size_t side,
    size_t filters, size_t window) {
    size_t out = side - window + 1;
    if (!is_had(image, 4 * channels * side * side) || !is_had(weights, 4 * filters * channels * window * window) ||
        !is_had(result, 4 * filters * out * out))
        return ADDRESS_UNKNOWN;
    return convolve(
        (const float *)(uintptr_t)image, (const float *)(uintptr_t)weights, (float *)(uintptr_t)result, channels, side,
        filters, window);
}

static int convolution(void **parameters) {
    return convolution_had(
        PARAMETER(unsigned long long, 0), PARAMETER(unsigned long long, 1), PARAMETER(unsigned long long, 2),
        PARAMETER(uint32_t, 3), PARAMETER(uint32_t, 4), PARAMETER(uint32_t, 5), PARAMETER(uint32_t, 6));
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
    case 5: dead = convolution(parameters); return SUCCESS;
    default:
        dead = network_kernel(
            (int)(intptr_t)function - 6, parameters, (unsigned int[]){grid_x, grid_y},
            (unsigned int[]){block_x, block_y});
        return SUCCESS;
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

// ---- cuDNN, of which only one way of convolving is there ----

enum { DNN_BAD = 3, DNN_REFUSED = 9, DNN_WORKSPACE = 1000 };

struct shape {
    char kind;
    int numbers[8];
};

static int shape_made(struct shape **shape, char kind) {
    *shape = calloc(1, sizeof **shape);
    if (!*shape) return 2;
    (*shape)->kind = kind;
    return behave("cudnnCreateDescriptor") == SUCCESS ? 0 : DNN_REFUSED;
}

int cudnnCreate(void **handle) {
    *handle = &module_text;
    return behave("cudnnCreate") == SUCCESS ? 0 : 1;
}

int cudnnDestroy(void *handle) { return handle ? 0 : DNN_BAD; }
int cudnnCreateTensorDescriptor(struct shape **shape) { return shape_made(shape, 't'); }
int cudnnCreateFilterDescriptor(struct shape **shape) { return shape_made(shape, 'f'); }
int cudnnCreateConvolutionDescriptor(struct shape **shape) { return shape_made(shape, 'c'); }

static int shape_gone(struct shape *shape, char kind) {
    if (!shape || shape->kind != kind) return DNN_BAD;
    free(shape);
    return 0;
}

int cudnnDestroyTensorDescriptor(struct shape *shape) { return shape_gone(shape, 't'); }
int cudnnDestroyFilterDescriptor(struct shape *shape) { return shape_gone(shape, 'f'); }
int cudnnDestroyConvolutionDescriptor(struct shape *shape) { return shape_gone(shape, 'c'); }

static int shape_set(struct shape *shape, char kind, const int numbers[], size_t count) {
    if (!shape || shape->kind != kind) return DNN_BAD;
    memcpy(shape->numbers, numbers, count * sizeof *numbers);
    return 0;
}

int cudnnSetTensor4dDescriptor(struct shape *shape, int order, int type, int n, int c, int h, int w) {
    return order || type ? DNN_REFUSED : shape_set(shape, 't', (int[]){n, c, h, w}, 4);
}

int cudnnSetFilter4dDescriptor(struct shape *shape, int type, int order, int k, int c, int h, int w) {
    return order || type ? DNN_REFUSED : shape_set(shape, 'f', (int[]){k, c, h, w}, 4);
}

int cudnnSetConvolution2dDescriptor(
    struct shape *shape, int border_y, int border_x, int step_y, int step_x, int spread_y, int spread_x, int mode,
    int type) {
    if (border_y || border_x || step_y != 1 || step_x != 1 || spread_y != 1 || spread_x != 1 || mode != 1 || type)
        return DNN_REFUSED;
    return shape_set(shape, 'c', (int[]){0}, 1);
}

int cudnnSetConvolutionMathType(struct shape *shape, int kind) {
    return kind == 3 ? shape_set(shape, 'c', &kind, 1) : DNN_REFUSED;
}

static int fits(const struct shape *image, const struct shape *filters, const struct shape *result) {
    const int *x = image->numbers, *w = filters->numbers, *y = result->numbers;
    return x[0] == 1 && y[0] == 1 && x[1] == w[1] && y[1] == w[0] && x[2] == x[3] && w[2] == w[3] &&
        y[2] == x[2] - w[2] + 1 && y[3] == y[2];
}

int cudnnGetConvolutionForwardWorkspaceSize(
    void *handle, struct shape *image, struct shape *filters, struct shape *convolution_, struct shape *result, int way,
    size_t *bytes) {
    if (!handle || way != 1 || convolution_->kind != 'c' || !fits(image, filters, result)) return DNN_BAD;
    *bytes = DNN_WORKSPACE;
    return behave("cudnnGetConvolutionForwardWorkspaceSize") == SUCCESS ? 0 : DNN_REFUSED;
}

int cudnnConvolutionForward(
    void *handle, const float *alpha, struct shape *image, unsigned long long image_at, struct shape *filters,
    unsigned long long filters_at, struct shape *convolution_, int way, unsigned long long workspace,
    size_t workspace_bytes, const float *beta, struct shape *result, unsigned long long result_at) {
    if (behave("cudnnConvolutionForward") != SUCCESS || !handle) return 8;
    if (*alpha != 1 || *beta != 0 || way != 1 || convolution_->numbers[0] != 3) return DNN_REFUSED;
    if (!fits(image, filters, result)) return DNN_BAD;
    if (workspace_bytes < DNN_WORKSPACE || !is_had(workspace, DNN_WORKSPACE)) return DNN_BAD;
    int code = convolution_had(
        image_at, filters_at, result_at, (size_t)image->numbers[1], (size_t)image->numbers[2],
        (size_t)filters->numbers[0], (size_t)filters->numbers[2]);
    return code == SUCCESS ? 0 : 8;
}
