// The kernels of networks.ptx in the stand-in for NVIDIA's driver.

#define _GNU_SOURCE
#include "cuda_stub.h"

#include <math.h>

static float *floats(void **parameters, int index) {
    return (float *)(uintptr_t)PARAMETER(unsigned long long, index);
}

/// 1: parameter `index` is the address of so many numbers that were had.
static int has(void **parameters, int index, size_t count) {
    return is_had(PARAMETER(unsigned long long, index), count * 4);
}

static int turn(void **parameters) {
    size_t rows = PARAMETER(uint32_t, 2), columns = PARAMETER(uint32_t, 3);
    if (!has(parameters, 0, rows * columns) || !has(parameters, 1, rows * columns)) return ADDRESS_UNKNOWN;
    const float *from = floats(parameters, 0);
    float *to = floats(parameters, 1);
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < columns; column++) to[column * rows + row] = from[row * columns + column];
    return SUCCESS;
}

static int activate(void **parameters) {
    size_t count = PARAMETER(unsigned long long, 2);
    if (!has(parameters, 0, count) || !has(parameters, 1, count)) return ADDRESS_UNKNOWN;
    const float *before = floats(parameters, 0);
    float *active = floats(parameters, 1);
    for (size_t i = 0; i < count; i++) active[i] = before[i] / (1 + fabsf(before[i]));
    return SUCCESS;
}

static int slopes(void **parameters, const unsigned int grid[2], const unsigned int block[2]) {
    size_t count = PARAMETER(uint32_t, 4);
    float scale = PARAMETER(float, 5), sum = 0;
    if (grid[0] != 1 || grid[1] != 1 || block[0] != 256 || block[1] != 1) return INVALID_VALUE;
    if (!has(parameters, 0, count) || !has(parameters, 1, count) || !has(parameters, 2, count) || !has(parameters, 3, 1))
        return ADDRESS_UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        float difference = floats(parameters, 0)[i] - floats(parameters, 1)[i];
        sum += difference * difference;
        floats(parameters, 2)[i] = difference * scale;
    }
    floats(parameters, 3)[0] = sum * scale / 2;
    return SUCCESS;
}

static int backward(void **parameters) {
    size_t count = PARAMETER(unsigned long long, 2);
    if (!has(parameters, 0, count) || !has(parameters, 1, count)) return ADDRESS_UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        float root = 1 + fabsf(floats(parameters, 1)[i]);
        floats(parameters, 0)[i] /= root * root;
    }
    return SUCCESS;
}

static int move(void **parameters) {
    size_t count = PARAMETER(unsigned long long, 3);
    for (int i = 0; i < 3; i++)
        if (!has(parameters, i, count)) return ADDRESS_UNKNOWN;
    for (size_t i = 0; i < count; i++)
        floats(parameters, 2)[i] = fmaf(PARAMETER(float, 4), floats(parameters, 1)[i], floats(parameters, 0)[i]);
    return SUCCESS;
}

static float sigmoid(float value) { return 1 / (1 + expf(-value)); }

static int lstm(void **parameters, const unsigned int grid[2], const unsigned int block[2]) {
    size_t size = PARAMETER(uint32_t, 5);
    if (grid[0] != size || grid[1] != 1 || block[0] != 64 || block[1] != 4) return INVALID_VALUE;
    if (!has(parameters, 0, 2 * size) || !has(parameters, 1, size) || !has(parameters, 2, 8 * size * size) ||
        !has(parameters, 3, size) || !has(parameters, 4, size))
        return ADDRESS_UNKNOWN;
    for (size_t unit = 0; unit < size; unit++) {
        float gates[4];
        for (size_t gate = 0; gate < 4; gate++) {
            const float *row = floats(parameters, 2) + (gate * size + unit) * 2 * size;
            gates[gate] = 0;
            for (size_t i = 0; i < 2 * size; i++) gates[gate] += row[i] * floats(parameters, 0)[i];
        }
        float cell = sigmoid(gates[1]) * floats(parameters, 1)[unit] + sigmoid(gates[0]) * tanhf(gates[2]);
        floats(parameters, 4)[unit] = cell;
        floats(parameters, 3)[unit] = sigmoid(gates[3]) * tanhf(cell);
    }
    long long wrong = number("wrong-lstm");
    if (wrong >= 0 && (size_t)wrong < size) floats(parameters, 3)[wrong] += 0.5f;
    return SUCCESS;
}

int network_kernel(int kernel, void **parameters, const unsigned int grid[2], const unsigned int block[2]) {
    switch (kernel) {
    case 0: return turn(parameters);
    case 1: return activate(parameters);
    case 2: return slopes(parameters, grid, block);
    case 3: return backward(parameters);
    case 4: return move(parameters);
    case 5: return lstm(parameters, grid, block);
    default: return INVALID_VALUE;
    }
}
