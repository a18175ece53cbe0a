// The part of the stub that finds devices by their names and tells what happens to them; `nvml_stub.c` says what the file
// holds.

#include "nvml_stub.h"

#include <poll.h>
#include <sys/inotify.h>
#include <time.h>

// ---- finding ----

int nvmlDeviceGetHandleByUUID(const char *uuid, device_t *device) {
    if (!initialized) return UNINITIALIZED;
    for (int gpu = 0; gpu < gpu_count(); gpu++) {
        char value[256];
        // As the real one may: it asks each GPU on the way to the one that is looked for.
        int code = misbehave(gpu, __func__);
        if (code != SUCCESS) return code;
        if (gpu_fact(gpu, "uuid", value, sizeof value) && strcmp(value, uuid) == 0) {
            *device = handle(gpu, -1);
            return SUCCESS;
        }
        for (int slice = 0; slice < 7; slice++) {
            char its_uuid[256], name[96];
            unsigned long long bytes;
            if (slice_fact(handle(gpu, slice), its_uuid, &bytes, name) == SUCCESS && strcmp(its_uuid, uuid) == 0) {
                *device = handle(gpu, slice);
                return SUCCESS;
            }
        }
    }
    return NOT_FOUND;
}

static int find_at(const char *call, const char *address, device_t *device) {
    unsigned int wanted[3], its[3];
    if (!initialized) return UNINITIALIZED;
    if (sscanf(address, "%x:%x:%x", &wanted[0], &wanted[1], &wanted[2]) != 3) return INVALID_ARGUMENT;
    for (int gpu = 0; gpu < gpu_count(); gpu++) {
        char value[256];
        if (!gpu_fact(gpu, "pci", value, sizeof value)) continue;
        if (sscanf(value, "%x:%x:%x", &its[0], &its[1], &its[2]) != 3 || memcmp(wanted, its, sizeof its) != 0) continue;
        int code = misbehave(gpu, call);
        if (code == SUCCESS) *device = handle(gpu, -1);
        return code;
    }
    return NOT_FOUND;
}

int nvmlDeviceGetHandleByPciBusId(const char *address, device_t *device) { return find_at(__func__, address, device); }

#if NVML_STUB_GENERATION >= 2
int nvmlDeviceGetHandleByPciBusId_v2(const char *address, device_t *device) { return find_at(__func__, address, device); }
#endif

#if NVML_STUB_GENERATION >= 3
int nvmlDeviceGetGpuInstanceId(device_t device, unsigned int *instance) {
    ENTER(device);
    if (slice_of(device) < 0) return NOT_SUPPORTED;
    *instance = (unsigned int)slice_of(device) + 1;
    return SUCCESS;
}
#endif

// ---- events ----

enum { MOST_GPUS = 64, XID = 0x8, DOUBLE_BIT = 0x2 };

typedef struct {
    device_t device;
    unsigned long long eventType, eventData;
    unsigned int gpuInstanceId, computeInstanceId;
} event_data;

_Static_assert(sizeof(event_data) == 32 && offsetof(event_data, eventData) == 16, "nvmlEventData_t has 32 bytes");

typedef struct {
    // For each GPU the number of its next event, or -1: it is not listened to.
    int next[MOST_GPUS];
} event_set;

// The event with this number: 1 if it is there.
static int event_fact(int gpu, int number, char *kind, unsigned long long *data, unsigned int *instance) {
    char key[32], value[256];
    snprintf(key, sizeof key, "event %d", number);
    if (!gpu_fact(gpu, key, value, sizeof value)) return 0;
    int given = sscanf(value, "%15s %llu %u", kind, data, instance);
    if (given < 3) *instance = 0xffffffff;
    if (given < 2) *data = 0;
    return given >= 1;
}

int nvmlEventSetCreate(event_set **set) {
    if (!initialized) return UNINITIALIZED;
    int code = misbehave(-1, __func__);
    if (code != SUCCESS) return code;
    *set = malloc(sizeof **set);
    for (int gpu = 0; gpu < MOST_GPUS; gpu++) (*set)->next[gpu] = -1;
    return SUCCESS;
}

int nvmlEventSetFree(event_set *set) {
    int code = misbehave(-1, __func__);
    if (code == SUCCESS) free(set);
    return code;
}

int nvmlDeviceGetSupportedEventTypes(device_t device, unsigned long long *types) {
    ENTER(device);
    *types = XID | DOUBLE_BIT | 0x1 | 0x10;
    return SUCCESS;
}

int nvmlDeviceRegisterEvents(device_t device, unsigned long long types, event_set *set) {
    ENTER(device);
    if (types & ~(unsigned long long)(XID | DOUBLE_BIT | 0x1 | 0x10)) return NOT_SUPPORTED;
    int number = 0;
    char kind[16];
    unsigned long long data;
    unsigned int instance;
    // What has happened before is lost.
    while (event_fact(gpu_of(device), number, kind, &data, &instance)) number++;
    set->next[gpu_of(device)] = number;
    return SUCCESS;
}

static long long now_milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static int wait_for_event(const char *call, event_set *set, event_data *event, unsigned int timeout, size_t size) {
    long long deadline = now_milliseconds() + timeout;
    const char *path = getenv("NVML_STUB_STATE");
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch < 0 || !path) return UNKNOWN;
    int code = TIMEOUT;
    for (;;) {
        // Anew each time, and before looking: the file may have been replaced by another one.
        inotify_add_watch(watch, path, IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF);
        for (int gpu = 0; gpu < MOST_GPUS && code == TIMEOUT; gpu++) {
            char kind[16];
            event_data found = {.device = handle(gpu, -1), .computeInstanceId = 0xffffffff};
            if (set->next[gpu] < 0) continue;
            int misbehaviour = misbehave(gpu, call);
            if (misbehaviour != SUCCESS) {
                code = misbehaviour;
            } else if (event_fact(gpu, set->next[gpu], kind, &found.eventData, &found.gpuInstanceId)) {
                set->next[gpu]++;
                found.eventType = strcmp(kind, "xid") == 0 ? XID : DOUBLE_BIT;
                memcpy(event, &found, size);
                code = SUCCESS;
            }
        }
        long long rest = deadline - now_milliseconds();
        if (code != TIMEOUT || rest <= 0) break;
        struct pollfd change = {.fd = watch, .events = POLLIN};
        poll(&change, 1, (int)rest);
        char buffer[4096];
        while (read(watch, buffer, sizeof buffer) > 0) continue;
    }
    close(watch);
    return code;
}

int nvmlEventSetWait(event_set *set, event_data *event, unsigned int timeout) {
    return wait_for_event(__func__, set, event, timeout, offsetof(event_data, gpuInstanceId));
}

#if NVML_STUB_GENERATION >= 3
int nvmlEventSetWait_v2(event_set *set, event_data *event, unsigned int timeout) {
    return wait_for_event(__func__, set, event, timeout, sizeof *event);
}
#endif
