// The part of NVIDIA's management library (NVML) that Carrel calls: own declarations of its types and functions.
//
// Nothing here is linked. The library is opened at run time and every function is looked up by name, so that one
// binary runs on machines with any driver or none. Layouts and values are those of NVML's API 13 on x86-64 and
// aarch64 Linux; `cnvml.c` asserts the layouts.
#pragma once

/// A GPU or a MIG slice, valid until the library is shut down.
typedef struct cnvml_device_st *cnvml_device;

/// What every function returns; 0 is success.
typedef int cnvml_code;

/// Where a device sits on the PCI bus. Older versions of the call fill the first part only, up to `subsystem_id`.
typedef struct {
    char bus_id_legacy[16];
    unsigned int domain;
    unsigned int bus;
    unsigned int device;
    unsigned int device_id;
    unsigned int subsystem_id;
    char bus_id[32];
} cnvml_pci;

/// Memory in bytes, first version: `used` includes what the driver reserves.
typedef struct {
    unsigned long long total;
    unsigned long long free;
    unsigned long long used;
} cnvml_memory_v1;

/// Memory in bytes, second version. The caller sets `version` to `cnvml_memory_v2_version`.
typedef struct {
    unsigned int version;
    unsigned long long total;
    unsigned long long reserved;
    unsigned long long free;
    unsigned long long used;
} cnvml_memory_v2;

/// Per cent of the last sample period.
typedef struct {
    unsigned int gpu;
    unsigned int memory;
} cnvml_utilization;

/// A temperature. The caller sets `version` to `cnvml_temperature_v1_version` and `sensor` to 0, the GPU itself.
typedef struct {
    unsigned int version;
    unsigned int sensor;
    int degrees;
} cnvml_temperature_v1;

/// One of the many numbers that are asked for by number. The caller sets `field`; each has a code of its own.
typedef struct {
    unsigned int field;
    unsigned int scope;
    long long timestamp;
    long long latency;
    /// 0 double, 1 unsigned int, 2 unsigned long, 3 unsigned long long, 4 long long, 5 int, 6 unsigned short.
    unsigned int type;
    cnvml_code code;
    unsigned long long value;
} cnvml_field_value;

/// A process on a device, as the first version of the call gives it.
typedef struct {
    unsigned int pid;
    unsigned long long memory;
} cnvml_process_v1;

/// The same with the MIG slice that it is on: the second version, and most drivers' third.
typedef struct {
    unsigned int pid;
    unsigned long long memory;
    unsigned int gpu_instance;
    unsigned int compute_instance;
} cnvml_process_v2;

/// What the third version of some drivers gives under the same name.
typedef struct {
    unsigned int pid;
    unsigned long long memory;
    unsigned int gpu_instance;
    unsigned int compute_instance;
    unsigned long long protected_memory;
} cnvml_process_wide;

/// A set of events that are waited for.
typedef struct cnvml_event_set_st *cnvml_event_set;

/// Something that happened. The instances are `cnvml_no_instance` where it concerns the whole GPU.
typedef struct {
    cnvml_device device;
    unsigned long long type;
    /// The Xid of a critical error; 999 where the driver does not say.
    unsigned long long data;
    unsigned int gpu_instance;
    unsigned int compute_instance;
} cnvml_event;

enum {
    cnvml_event_double_bit_error = 0x2,
    cnvml_event_critical_xid = 0x8
};

enum {
    /// The size of the struct, and the version 2 in the highest byte.
    cnvml_memory_v2_version = 0x02000028,
    /// The size of the struct, and the version 1 in the highest byte.
    cnvml_temperature_v1_version = 0x0100000c,
    /// The field that says what the driver wants done before the GPU is used again.
    cnvml_field_recovery_action = 230,
    /// The most NVLinks that a GPU can have.
    cnvml_most_nvlinks = 18,
    /// Long enough for every text that the library gives.
    cnvml_text_size = 96
};

// Each type is named after what it takes and gives; several functions share one.

typedef cnvml_code (*cnvml_plain_call)(void);
typedef cnvml_code (*cnvml_system_text_call)(char *text, unsigned int size);
typedef cnvml_code (*cnvml_count_call)(unsigned int *count);
typedef cnvml_code (*cnvml_handle_call)(unsigned int index, cnvml_device *device);
typedef cnvml_code (*cnvml_device_text_call)(cnvml_device device, char *text, unsigned int size);
typedef cnvml_code (*cnvml_device_number_call)(cnvml_device device, unsigned int *number);
typedef cnvml_code (*cnvml_pci_call)(cnvml_device device, cnvml_pci *pci);
typedef cnvml_code (*cnvml_memory_v1_call)(cnvml_device device, cnvml_memory_v1 *memory);
typedef cnvml_code (*cnvml_memory_v2_call)(cnvml_device device, cnvml_memory_v2 *memory);
/// `words` is the length of `nodes`; scope 0 is the NUMA node, 1 the socket.
typedef cnvml_code (*cnvml_affinity_call)(cnvml_device device, unsigned int words, unsigned long *nodes, unsigned int scope);
/// 0 same board, 10 one switch, 20 several switches, 30 host bridge, 40 same CPU, 50 across CPUs.
typedef cnvml_code (*cnvml_ancestor_call)(cnvml_device one, cnvml_device other, unsigned int *level);
typedef cnvml_code (*cnvml_link_number_call)(cnvml_device device, unsigned int link, unsigned int *number);
typedef cnvml_code (*cnvml_link_pci_call)(cnvml_device device, unsigned int link, cnvml_pci *pci);
/// 1 on, 0 off.
typedef cnvml_code (*cnvml_mig_mode_call)(cnvml_device device, unsigned int *current, unsigned int *pending);
typedef cnvml_code (*cnvml_mig_handle_call)(cnvml_device parent, unsigned int index, cnvml_device *slice);
typedef cnvml_code (*cnvml_find_call)(const char *text, cnvml_device *device);
typedef cnvml_code (*cnvml_utilization_call)(cnvml_device device, cnvml_utilization *utilization);
typedef cnvml_code (*cnvml_temperature_v1_call)(cnvml_device device, cnvml_temperature_v1 *temperature);
typedef cnvml_code (*cnvml_temperature_call)(cnvml_device device, unsigned int sensor, unsigned int *degrees);
typedef cnvml_code (*cnvml_device_long_call)(cnvml_device device, unsigned long long *number);
/// `type` 0 is corrected, 1 uncorrected; `counter` 0 counts since the driver was loaded, 1 for ever.
typedef cnvml_code (*cnvml_ecc_call)(cnvml_device device, unsigned int type, unsigned int counter, unsigned long long *count);
typedef cnvml_code (*cnvml_rows_call)(cnvml_device device, unsigned int *corrected, unsigned int *uncorrected,
                                      unsigned int *pending, unsigned int *failed);
typedef cnvml_code (*cnvml_fields_call)(cnvml_device device, int count, cnvml_field_value *values);
/// `count` is the room in entries, and then how many there are; the size of an entry depends on the version.
typedef cnvml_code (*cnvml_processes_call)(cnvml_device device, unsigned int *count, void *entries);
typedef cnvml_code (*cnvml_make_events_call)(cnvml_event_set *set);
typedef cnvml_code (*cnvml_register_events_call)(cnvml_device device, unsigned long long types, cnvml_event_set set);
typedef cnvml_code (*cnvml_wait_events_call)(cnvml_event_set set, cnvml_event *event, unsigned int milliseconds);
typedef cnvml_code (*cnvml_free_events_call)(cnvml_event_set set);
