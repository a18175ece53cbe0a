// The part of the stub that says what devices show; `nvml_stub.c` says what the file holds.

#include "nvml_stub.h"

typedef struct {
    unsigned int gpu, memory;
} utilization;

typedef struct {
    unsigned int version, sensor;
    int temperature;
} temperature_v1;

typedef struct {
    unsigned int fieldId, scopeId;
    long long timestamp, latencyUsec;
    unsigned int valueType;
    int nvmlReturn;
    union {
        double d;
        unsigned int ui;
        unsigned long ul;
        unsigned long long ull;
        long long ll;
    } value;
} field_value;

typedef struct {
    unsigned int pid;
    unsigned long long usedGpuMemory;
} process_v1;

typedef struct {
    unsigned int pid;
    unsigned long long usedGpuMemory;
    unsigned int gpuInstanceId, computeInstanceId;
} process_v2;

typedef struct {
    unsigned int pid;
    unsigned long long usedGpuMemory;
    unsigned int gpuInstanceId, computeInstanceId;
    unsigned long long usedGpuCcProtectedMemory;
} process_wide;

_Static_assert(sizeof(utilization) == 8, "nvmlUtilization_t has 8 bytes");
_Static_assert(sizeof(temperature_v1) == 12, "nvmlTemperature_v1_t has 12 bytes");
_Static_assert(sizeof(field_value) == 40, "nvmlFieldValue_t has 40 bytes");
_Static_assert(offsetof(field_value, nvmlReturn) == 28 && offsetof(field_value, value) == 32, "nvmlFieldValue_t");
_Static_assert(sizeof(process_v1) == 16 && sizeof(process_v2) == 24 && sizeof(process_wide) == 32, "nvmlProcessInfo_t");

// Whole numbers of a GPU's line; how many there were.
static int numbers(device_t device, const char *key, unsigned long long *into, int most) {
    char value[256];
    if (!gpu_fact(gpu_of(device), key, value, sizeof value)) return 0;
    char *rest = value;
    for (int found = 0; found < most; found++) {
        char *end;
        into[found] = strtoull(rest, &end, 10);
        if (end == rest) return found;
        rest = end;
    }
    return most;
}

#if NVML_STUB_GENERATION >= 2
static int give_long(device_t device, const char *key, unsigned long long *number) {
    if (slice_of(device) >= 0) return NOT_SUPPORTED;
    return numbers(device, key, number, 1) == 1 ? SUCCESS : NOT_SUPPORTED;
}
#endif

// ---- now ----

int nvmlDeviceGetUtilizationRates(device_t device, utilization *rates) {
    ENTER(device);
    unsigned int gpu;
    code = give_number(device, "util", &gpu);
    if (code == SUCCESS) *rates = (utilization){gpu, 0};
    return code;
}

int nvmlDeviceGetPowerUsage(device_t device, unsigned int *milliwatts) {
    ENTER(device);
    return give_number(device, "power", milliwatts);
}

int nvmlDeviceGetTemperature(device_t device, unsigned int sensor, unsigned int *degrees) {
    ENTER(device);
    return sensor != 0 ? INVALID_ARGUMENT : give_number(device, "temp", degrees);
}

#if NVML_STUB_GENERATION >= 2
int nvmlDeviceGetTotalEnergyConsumption(device_t device, unsigned long long *millijoules) {
    ENTER(device);
    return give_long(device, "energy", millijoules);
}

int nvmlDeviceGetCurrentClocksThrottleReasons(device_t device, unsigned long long *reasons) {
    ENTER(device);
    return give_long(device, "clocks", reasons);
}
#endif

#if NVML_STUB_GENERATION >= 3
int nvmlDeviceGetCurrentClocksEventReasons(device_t device, unsigned long long *reasons) {
    ENTER(device);
    return give_long(device, "clocks", reasons);
}

int nvmlDeviceGetTemperatureV(device_t device, temperature_v1 *temperature) {
    ENTER(device);
    if (temperature->version != (sizeof *temperature | 1 << 24)) return VERSION_MISMATCH;
    if (temperature->sensor != 0) return INVALID_ARGUMENT;
    unsigned int degrees;
    code = give_number(device, "temp", &degrees);
    if (code == SUCCESS) temperature->temperature = (int)degrees;
    return code;
}
#endif

// ---- health ----

int nvmlDeviceGetTotalEccErrors(device_t device, unsigned int type, unsigned int counter, unsigned long long *count) {
    ENTER(device);
    unsigned long long errors[2];
    if (type > 1 || counter > 1) return INVALID_ARGUMENT;
    if (numbers(device, "ecc", errors, 2) != 2) return NOT_SUPPORTED;
    *count = errors[type == 1 ? 0 : 1];
    return SUCCESS;
}

#if NVML_STUB_GENERATION >= 3
int nvmlDeviceGetRemappedRows(device_t device, unsigned int *corrected, unsigned int *uncorrected, unsigned int *pending,
                              unsigned int *failed) {
    ENTER(device);
    unsigned long long rows[4];
    // As with the real one: a GPU with slices doesn't say.
    unsigned int sliced = 0;
    if (give_number(device, "mig", &sliced) == SUCCESS && sliced) return NOT_SUPPORTED;
    if (numbers(device, "rows", rows, 4) != 4) return NOT_SUPPORTED;
    *corrected = (unsigned int)rows[0], *uncorrected = (unsigned int)rows[1];
    *pending = (unsigned int)rows[2], *failed = (unsigned int)rows[3];
    return SUCCESS;
}
#endif

#if NVML_STUB_GENERATION >= 2
int nvmlDeviceGetFieldValues(device_t device, int count, field_value *values) {
    ENTER(device);
    for (int index = 0; index < count; index++) {
        unsigned int number;
        values[index].nvmlReturn = values[index].fieldId == 230 ? give_number(device, "recovery", &number) : INVALID_ARGUMENT;
        if (values[index].nvmlReturn != SUCCESS) continue;
        // The upper half is whatever was there.
        values[index].valueType = 1;
        values[index].value.ull = 0xdeadbeef00000000;
        values[index].value.ui = number;
    }
    return SUCCESS;
}
#endif

// ---- processes ----

// Fills in those of a kind and, for a slice, of that slice. `stride` is the size of an entry.
static int give_processes(device_t device, const char *kind, unsigned int *count, void *entries, size_t stride) {
    static int races;
    char key[32], value[256];
    unsigned int room = *count, found = 0;
    unsigned long long wanted;
    for (int index = 0;; index++) {
        unsigned int pid;
        unsigned long long bytes;
        char its_kind[16];
        int slice = -1;
        snprintf(key, sizeof key, "process %d", index);
        if (!gpu_fact(gpu_of(device), key, value, sizeof value)) break;
        if (sscanf(value, "%u %llu %15s %d", &pid, &bytes, its_kind, &slice) < 3 || strcmp(its_kind, kind) != 0) continue;
        if (slice_of(device) >= 0 && slice != slice_of(device)) continue;
        if (found < room) {
            unsigned int instance = slice < 0 ? 0xffffffff : (unsigned int)slice + 1;
            process_wide entry = {pid, bytes, instance, slice < 0 ? 0xffffffff : 0, 0};
            // The padding behind the process's number is not written, as with a compiler's own assignments.
            memcpy((char *)entries + found * stride, &entry.pid, sizeof entry.pid);
            memcpy((char *)entries + found * stride + 8, (char *)&entry + 8, stride - 8);
        }
        found++;
    }
    *count = found;
    if (numbers(device, "race", &wanted, 1) == 1 && races < (int)wanted) {
        races++;
        return INSUFFICIENT_SIZE;
    }
    return found > room ? INSUFFICIENT_SIZE : SUCCESS;
}

#define PROCESSES(name, kind, stride)                                              \
    int name(device_t device, unsigned int *count, void *entries) {                \
        ENTER(device);                                                             \
        return give_processes(device, kind, count, entries, stride);               \
    }

PROCESSES(nvmlDeviceGetComputeRunningProcesses, "compute", sizeof(process_v1))
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses, "graphics", sizeof(process_v1))

#if NVML_STUB_GENERATION >= 2
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v2, "compute", sizeof(process_v2))
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v2, "graphics", sizeof(process_v2))
#endif

#if NVML_STUB_GENERATION >= 3
#define THIRD (NVML_STUB_WIDE_PROCESSES ? sizeof(process_wide) : sizeof(process_v2))
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v3, "compute", THIRD)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v3, "graphics", THIRD)
PROCESSES(nvmlDeviceGetMPSComputeRunningProcesses_v3, "mps", THIRD)

int nvmlDeviceGetConfComputeMemSizeInfo(device_t device, void *info) {
    ENTER(device);
    return info ? NOT_SUPPORTED : INVALID_ARGUMENT;
}

#if NVML_STUB_WIDE_PROCESSES != 1
int nvmlDeviceGetRunningProcessDetailList(device_t device, void *list) {
    ENTER(device);
    return list ? NOT_SUPPORTED : INVALID_ARGUMENT;
}
#endif
#endif
