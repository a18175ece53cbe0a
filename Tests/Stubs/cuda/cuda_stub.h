// What the two halves of the stand-in share; cuda_stub.c says what it is.
#pragma once

#include <stddef.h>
#include <stdint.h>

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

/// The context that is open, or 0, and the error that a kernel left, which every later call gives.
extern int current, dead;

/// Does what the state file says that a call does beside its work. Returns the code to fail with.
int behave(const char *call);
/// The number of a fact that is a number; -1: there is none.
long long number(const char *fact);
/// 1: the bytes lie in memory that was had.
int is_had(unsigned long long address, size_t bytes);
/// Flips a bit of the byte that the fact names, if it is among these.
void flip(const char *fact, unsigned char *bytes, size_t count);

#define PARAMETER(type, index) (*(type *)parameters[index])

/// Runs a kernel of networks.ptx, by its number in that file.
int network_kernel(int kernel, void **parameters, const unsigned int grid[2], const unsigned int block[2]);

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
