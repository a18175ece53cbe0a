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

enum {
    /// The size of the struct, and the version 2 in the highest byte.
    cnvml_memory_v2_version = 0x02000028,
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
