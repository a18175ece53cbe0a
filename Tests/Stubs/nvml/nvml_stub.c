// A stand-in for NVIDIA's management library, for machines without a GPU. The tests build it:
//
//     cc -std=gnu11 -shared -fPIC -o libnvidia-ml.so.1 nvml_stub*.c
//
// It answers from a text file that the variable NVML_STUB_STATE names. The file is read again at every call, so that
// a test may change the machine under a running reader. One fact a line; `#` begins a comment.
//
//     driver 580.159.04
//     gpu 0 uuid GPU-6d1f…              gpu 0 name NVIDIA H100 80GB HBM3
//     gpu 0 memory 85520809984          gpu 0 minor 0
//     gpu 0 pci 0000:3b:00.0            gpu 0 numa 1
//     gpu 0 mig 1                       gpu 0 slice 2 MIG-8c… 10468982784 NVIDIA H100 80GB HBM3 MIG 1g.10gb
//     gpu 0 nvlink 0 gpu 1              gpu 0 nvlink 1 switch          gpu 0 nvlink 2 off gpu 1
//     ancestor 0 1 30
//     fail nvmlInit_v2 18               gpu 1 fail nvmlDeviceGetName 15
//     hang nvmlDeviceGetUUID            gpu 1 hang nvmlDeviceGetUUID
//     slow nvmlDeviceGetCount_v2 300    crash nvmlInit_v2              chatter nvmlInit_v2 words
//     gpu 1 fail * 15                   hang *                         every call on a GPU, and every call at all
//     gpu 0 util 35                     gpu 0 used 1048576             gpu 0 power 61000
//     gpu 0 energy 123456               gpu 0 temp 41                  gpu 0 clocks 1
//     gpu 0 ecc 0 3                     gpu 0 rows 1 0 1 0             gpu 0 recovery 1
//     gpu 0 process 0 4711 1048576 compute                             gpu 0 process 1 4712 0 graphics 2
//     gpu 0 race 3                      gpu 0 sliceused 2 1048576
//     gpu 0 event 0 xid 79              gpu 0 event 1 dbe              gpu 0 event 2 xid 94 2
//
// ECC errors are the uncorrected and the corrected ones; rows those remapped for corrected and uncorrected errors, then
// whether one is pending and whether one failed. Processes are numbered from 0, and may name the slice that they are on. A
// race says how often the room for processes is too small whatever it is. Events are numbered from 0 and delivered once
// to each set that was waiting for their GPU before they were there, with the GPU instance if one is named; that of
// slice 2 is 3. Memory in use with no process, utilisation that stays at 100, minors that change places and GPUs that go
// are written by changing the file.
//
// What the file leaves out, the GPU doesn't support (code 3), as with NVML's own gaps.
//
// Older drivers lack functions. NVML_STUB_GENERATION 2 leaves out those of the last years, 1 leaves only the first
// versions; NVML_STUB_WITHOUT_UUID makes a library that nobody can work with. NVML_STUB_WIDE_PROCESSES makes one of those
// whose third process call gives entries of 32 bytes; with the value 2 nothing but the bytes says so.

#include "nvml_stub.h"
#include "../state.h"

int initialized;

// ---- the state file ----

int lookup(const char *prefix, char *value, size_t size) {
    return state_lookup("NVML_STUB_STATE", prefix, value, size);
}

int gpu_fact(int gpu, const char *key, char *value, size_t size) {
    char prefix[96];
    snprintf(prefix, sizeof prefix, "gpu %d %s", gpu, key);
    return lookup(prefix, value, size);
}

int gpu_count(void) {
    char value[256];
    int count = 0;
    while (gpu_fact(count, "uuid", value, sizeof value) || gpu_fact(count, "name", value, sizeof value)) count++;
    return count;
}

// What the file says that a call does so, by its name or as all calls do. 1: it does.
static int does(const char *what, int gpu, const char *call, char *value, size_t size) {
    for (int named = 0; named < 2; named++) {
        char prefix[128], scope[16] = "";
        if (gpu >= 0) snprintf(scope, sizeof scope, "gpu %d ", gpu);
        snprintf(prefix, sizeof prefix, "%s%s %s", scope, what, named ? call : "*");
        if (lookup(prefix, value, size)) return 1;
    }
    return 0;
}

int misbehave(int gpu, const char *call) {
    char value[256];
    for (int scope = gpu >= 0 ? gpu : -1;; scope = -1) {
        if (does("chatter", scope, call, value, sizeof value)) {
            printf("%s\n", value);
            fflush(stdout);
        }
        if (does("slow", scope, call, value, sizeof value)) usleep((useconds_t)atoi(value) * 1000);
        if (does("hang", scope, call, value, sizeof value))
            for (;;) pause();
        if (does("crash", scope, call, value, sizeof value)) abort();
        if (does("fail", scope, call, value, sizeof value)) return atoi(value);
        if (scope < 0) return SUCCESS;
    }
}

device_t handle(int gpu, int slice) { return (device_t)(uintptr_t)((gpu + 1) << 8 | (slice + 1)); }
int gpu_of(device_t device) { return (int)((uintptr_t)device >> 8) - 1; }
int slice_of(device_t device) { return (int)((uintptr_t)device & 0xff) - 1; }

static int give_text(const char *value, char *text, unsigned int size) {
    if (strlen(value) >= size) return INSUFFICIENT_SIZE;
    strcpy(text, value);
    return SUCCESS;
}

int give_number(device_t device, const char *key, unsigned int *number) {
    char value[256];
    if (slice_of(device) >= 0 || !gpu_fact(gpu_of(device), key, value, sizeof value)) return NOT_SUPPORTED;
    *number = (unsigned int)strtoul(value, NULL, 10);
    return SUCCESS;
}

int slice_fact(device_t device, char *uuid, unsigned long long *bytes, char *name) {
    char key[32], value[256];
    int begin = 0;
    snprintf(key, sizeof key, "slice %d", slice_of(device));
    if (!gpu_fact(gpu_of(device), key, value, sizeof value)) return NOT_FOUND;
    if (sscanf(value, "%95s %llu %n", uuid, bytes, &begin) < 2) return UNKNOWN;
    snprintf(name, 96, "%s", value + begin);
    return SUCCESS;
}

// ---- the library ----

static int initialize(const char *call) {
    int code = misbehave(-1, call);
    if (code == SUCCESS) initialized = 1;
    return code;
}

int nvmlInit(void) { return initialize(__func__); }

int nvmlSystemGetDriverVersion(char *text, unsigned int size) {
    char value[256];
    int code = misbehave(-1, __func__);
    if (code != SUCCESS) return code;
    return lookup("driver", value, sizeof value) ? give_text(value, text, size) : UNKNOWN;
}

static int count_devices(const char *call, unsigned int *count) {
    if (!initialized) return UNINITIALIZED;
    int code = misbehave(-1, call);
    if (code == SUCCESS) *count = (unsigned int)gpu_count();
    return code;
}

static int find_device(const char *call, unsigned int index, device_t *device) {
    if (!initialized) return UNINITIALIZED;
    if ((int)index >= gpu_count()) return INVALID_ARGUMENT;
    int code = misbehave((int)index, call);
    if (code == SUCCESS) *device = handle((int)index, -1);
    return code;
}

int nvmlDeviceGetCount(unsigned int *count) { return count_devices(__func__, count); }
int nvmlDeviceGetHandleByIndex(unsigned int index, device_t *device) { return find_device(__func__, index, device); }

#if NVML_STUB_GENERATION >= 2
int nvmlInit_v2(void) { return initialize(__func__); }
int nvmlDeviceGetCount_v2(unsigned int *count) { return count_devices(__func__, count); }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, device_t *device) { return find_device(__func__, index, device); }
#endif

// ---- one device ----

#ifndef NVML_STUB_WITHOUT_UUID
int nvmlDeviceGetUUID(device_t device, char *text, unsigned int size) {
    ENTER(device);
    char value[256], name[96];
    unsigned long long bytes;
    if (slice_of(device) < 0)
        return gpu_fact(gpu_of(device), "uuid", value, sizeof value) ? give_text(value, text, size) : NOT_SUPPORTED;
    code = slice_fact(device, value, &bytes, name);
    return code == SUCCESS ? give_text(value, text, size) : code;
}
#endif

int nvmlDeviceGetName(device_t device, char *text, unsigned int size) {
    ENTER(device);
    char value[256], uuid[96];
    unsigned long long bytes;
    if (slice_of(device) < 0)
        return gpu_fact(gpu_of(device), "name", value, sizeof value) ? give_text(value, text, size) : NOT_SUPPORTED;
    code = slice_fact(device, uuid, &bytes, value);
    return code == SUCCESS ? give_text(value, text, size) : code;
}

static int total_memory(device_t device, unsigned long long *bytes) {
    char value[256], name[96];
    if (slice_of(device) >= 0) return slice_fact(device, value, bytes, name);
    if (!gpu_fact(gpu_of(device), "memory", value, sizeof value)) return NOT_SUPPORTED;
    *bytes = strtoull(value, NULL, 10);
    return SUCCESS;
}

static unsigned long long used_memory(device_t device, unsigned long long otherwise) {
    char key[32] = "used", value[256];
    if (slice_of(device) >= 0) snprintf(key, sizeof key, "sliceused %d", slice_of(device));
    return gpu_fact(gpu_of(device), key, value, sizeof value) ? strtoull(value, NULL, 10) : otherwise;
}

int nvmlDeviceGetMemoryInfo(device_t device, memory_v1 *memory) {
    ENTER(device);
    unsigned long long total;
    code = total_memory(device, &total);
    unsigned long long used = used_memory(device, 400);
    if (code == SUCCESS) *memory = (memory_v1){total, total - 600 - used, 600 + used};
    return code;
}

#if NVML_STUB_GENERATION >= 3
int nvmlDeviceGetMemoryInfo_v2(device_t device, memory_v2 *memory) {
    ENTER(device);
    if (memory->version != (sizeof *memory | 2 << 24)) return VERSION_MISMATCH;
    unsigned long long total;
    code = total_memory(device, &total);
    unsigned long long used = used_memory(device, 400);
    if (code == SUCCESS) *memory = (memory_v2){memory->version, total, 600, total - 600 - used, used};
    return code;
}
#endif

int nvmlDeviceGetMinorNumber(device_t device, unsigned int *minor) {
    ENTER(device);
    return give_number(device, "minor", minor);
}

static int fill_pci(int gpu, pci_info *pci, size_t size) {
    char value[256];
    pci_info filled = {0};
    if (!gpu_fact(gpu, "pci", value, sizeof value)) return NOT_SUPPORTED;
    if (sscanf(value, "%x:%x:%x", &filled.domain, &filled.bus, &filled.device) != 3) return UNKNOWN;
    snprintf(filled.busIdLegacy, sizeof filled.busIdLegacy, "%04X:%02X:%02X.0", filled.domain & 0xffff, filled.bus & 0xff,
             filled.device & 0xff);
    snprintf(filled.busId, sizeof filled.busId, "%08X:%02X:%02X.0", filled.domain, filled.bus, filled.device);
    memcpy(pci, &filled, size);
    return SUCCESS;
}

// The first versions know no long bus id.
int nvmlDeviceGetPciInfo(device_t device, pci_info *pci) {
    ENTER(device);
    return fill_pci(gpu_of(device), pci, offsetof(pci_info, busId));
}

#if NVML_STUB_GENERATION >= 2
int nvmlDeviceGetPciInfo_v2(device_t device, pci_info *pci) {
    ENTER(device);
    return fill_pci(gpu_of(device), pci, offsetof(pci_info, busId));
}
#endif

#if NVML_STUB_GENERATION >= 3
int nvmlDeviceGetPciInfo_v3(device_t device, pci_info *pci) {
    ENTER(device);
    return fill_pci(gpu_of(device), pci, sizeof *pci);
}

int nvmlDeviceGetMemoryAffinity(device_t device, unsigned int words, unsigned long *nodes, unsigned int scope) {
    ENTER(device);
    unsigned int node;
    code = give_number(device, "numa", &node);
    if (code != SUCCESS || scope > 1) return code != SUCCESS ? code : INVALID_ARGUMENT;
    if (node / 64 >= words) return INSUFFICIENT_SIZE;
    memset(nodes, 0, words * sizeof *nodes);
    nodes[node / 64] = 1ul << node % 64;
    return SUCCESS;
}
#endif

// ---- how devices reach each other ----

#if NVML_STUB_GENERATION >= 2
int nvmlDeviceGetTopologyCommonAncestor(device_t one, device_t other, unsigned int *level) {
    ENTER(one);
    char key[64], value[256];
    int low = gpu_of(one) < gpu_of(other) ? gpu_of(one) : gpu_of(other);
    snprintf(key, sizeof key, "ancestor %d %d", low, gpu_of(one) + gpu_of(other) - low);
    if (!lookup(key, value, sizeof value)) return NOT_SUPPORTED;
    *level = (unsigned int)atoi(value);
    return SUCCESS;
}

// 1: the link is there, and `value` says where to.
static int link_fact(device_t device, unsigned int link, char *value, size_t size) {
    char key[32];
    snprintf(key, sizeof key, "nvlink %u", link);
    return gpu_fact(gpu_of(device), key, value, size);
}

int nvmlDeviceGetNvLinkState(device_t device, unsigned int link, unsigned int *active) {
    ENTER(device);
    char value[256];
    if (!link_fact(device, 0, value, sizeof value)) return NOT_SUPPORTED;
    if (!link_fact(device, link, value, sizeof value)) return INVALID_ARGUMENT;
    *active = strncmp(value, "off", 3) != 0;
    return SUCCESS;
}

static int fill_link(device_t device, unsigned int link, pci_info *pci, size_t size) {
    char value[256];
    int other;
    if (!link_fact(device, link, value, sizeof value)) return INVALID_ARGUMENT;
    if (sscanf(strncmp(value, "off ", 4) == 0 ? value + 4 : value, "gpu %d", &other) == 1) return fill_pci(other, pci, size);
    pci_info bridge = {.domain = 0, .bus = 0xc4, .device = 0};
    memcpy(pci, &bridge, size);
    return SUCCESS;
}

int nvmlDeviceGetNvLinkRemotePciInfo(device_t device, unsigned int link, pci_info *pci) {
    ENTER(device);
    return fill_link(device, link, pci, offsetof(pci_info, busId));
}
#endif

#if NVML_STUB_GENERATION >= 3
int nvmlDeviceGetNvLinkRemotePciInfo_v2(device_t device, unsigned int link, pci_info *pci) {
    ENTER(device);
    return fill_link(device, link, pci, sizeof *pci);
}

int nvmlDeviceGetNvLinkRemoteDeviceType(device_t device, unsigned int link, unsigned int *type) {
    ENTER(device);
    char value[256];
    if (!link_fact(device, link, value, sizeof value)) return INVALID_ARGUMENT;
    *type = strncmp(value, "gpu", 3) == 0 ? 0 : strcmp(value, "switch") == 0 ? 2 : 0xff;
    return SUCCESS;
}

// ---- slices ----

int nvmlDeviceGetMigMode(device_t device, unsigned int *current, unsigned int *pending) {
    ENTER(device);
    code = give_number(device, "mig", current);
    if (code == SUCCESS) *pending = *current;
    return code;
}

int nvmlDeviceGetMaxMigDeviceCount(device_t device, unsigned int *count) {
    ENTER(device);
    unsigned int on;
    if (give_number(device, "mig", &on) != SUCCESS) return NOT_SUPPORTED;
    *count = 7;
    return SUCCESS;
}

int nvmlDeviceGetMigDeviceHandleByIndex(device_t device, unsigned int index, device_t *slice) {
    ENTER(device);
    char uuid[256], name[96];
    unsigned long long bytes;
    unsigned int on;
    if (give_number(device, "mig", &on) != SUCCESS || !on) return NOT_SUPPORTED;
    if (index >= 7) return INVALID_ARGUMENT;
    *slice = handle(gpu_of(device), (int)index);
    return slice_fact(*slice, uuid, &bytes, name);
}
#endif
