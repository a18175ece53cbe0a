// What the parts of the stub share; `nvml_stub.c` says what it is.
#pragma once

#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef NVML_STUB_GENERATION
#define NVML_STUB_GENERATION 3
#endif
#ifndef NVML_STUB_WIDE_PROCESSES
#define NVML_STUB_WIDE_PROCESSES 0
#endif

// Declared here once more and not taken from the product's header: were that one wrong, stub and product would not
// agree with each other, and a test would fail.

typedef struct nvml_stub_device *device_t;

typedef struct {
    char busIdLegacy[16];
    unsigned int domain, bus, device, pciDeviceId, pciSubSystemId;
    char busId[32];
} pci_info;

typedef struct {
    unsigned long long total, free, used;
} memory_v1;

typedef struct {
    unsigned int version;
    unsigned long long total, reserved, free, used;
} memory_v2;

_Static_assert(sizeof(pci_info) == 68, "nvmlPciInfo_t has 68 bytes");
_Static_assert(offsetof(pci_info, domain) == 16 && offsetof(pci_info, bus) == 20, "nvmlPciInfo_t");
_Static_assert(offsetof(pci_info, device) == 24 && offsetof(pci_info, pciDeviceId) == 28, "nvmlPciInfo_t");
_Static_assert(offsetof(pci_info, pciSubSystemId) == 32 && offsetof(pci_info, busId) == 36, "nvmlPciInfo_t");
_Static_assert(sizeof(memory_v1) == 24, "nvmlMemory_t has 24 bytes");
_Static_assert(sizeof(memory_v2) == 40, "nvmlMemory_v2_t has 40 bytes");
_Static_assert(offsetof(memory_v2, total) == 8 && offsetof(memory_v2, reserved) == 16, "nvmlMemory_v2_t");
_Static_assert(offsetof(memory_v2, free) == 24 && offsetof(memory_v2, used) == 32, "nvmlMemory_v2_t");

enum {
    SUCCESS = 0,
    UNINITIALIZED = 1,
    INVALID_ARGUMENT = 2,
    NOT_SUPPORTED = 3,
    NOT_FOUND = 6,
    INSUFFICIENT_SIZE = 7,
    TIMEOUT = 10,
    UNKNOWN = 999,
    VERSION_MISMATCH = 25,
};

// Nonzero once the library was started.
extern int initialized;

// Finds the line that begins with `prefix`; the rest of it goes to `value`. 1: found.
int lookup(const char *prefix, char *value, size_t size);
int gpu_fact(int gpu, const char *key, char *value, size_t size);
int gpu_count(void);
// Does what the file says that a call does beside its work: waits, hangs, crashes, talks. Returns the code to fail with.
int misbehave(int gpu, const char *call);

// Handles: GPU 2 is 0x300, its slice 0 is 0x301.
device_t handle(int gpu, int slice);
int gpu_of(device_t device);
int slice_of(device_t device);

// A number that the file has for a GPU; slices have none.
int give_number(device_t device, const char *key, unsigned int *number);
// A slice's line without its number: UUID, bytes, name.
int slice_fact(device_t device, char *uuid, unsigned long long *bytes, char *name);

// What every call on a device begins with.
#define ENTER(device)                                             \
    if (!initialized) return UNINITIALIZED;                       \
    if (gpu_of(device) < 0) return INVALID_ARGUMENT;              \
    int code = misbehave(gpu_of(device), __func__);               \
    if (code != SUCCESS) return code
