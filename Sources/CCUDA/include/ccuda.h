// The part of NVIDIA's driver library (libcuda) and of cuBLAS that Carrel calls: own declarations of their types and
// functions, and the text of Carrel's own kernels.
//
// Nothing here is linked. The libraries are opened at run time and every function is looked up by name, so that one
// binary runs on machines with any driver or none. `ccuda.c` asserts the layouts.
#pragma once

#include <stddef.h>

/// What every function of the driver returns; 0 is success.
typedef int ccuda_code;
/// The number that this process's driver gives a GPU; another process may see another order.
typedef int ccuda_device;
/// An address in a GPU's memory.
typedef unsigned long long ccuda_address;

typedef struct ccuda_context_st *ccuda_context;
typedef struct ccuda_module_st *ccuda_module;
typedef struct ccuda_function_st *ccuda_function;
typedef struct ccuda_stream_st *ccuda_stream;
typedef struct ccuda_event_st *ccuda_event;
typedef struct ccuda_blas_st *ccuda_blas;

/// A GPU's or a slice's identity, most significant byte first.
typedef struct {
    unsigned char bytes[16];
} ccuda_uuid;

enum {
    ccuda_text_size = 256,
    /// `flags` of `ccuda_managed_call`: every stream may use the memory.
    ccuda_attach_global = 1,
    /// The value of cuBLAS's operation that takes a matrix as it is.
    ccuda_blas_plain = 0
};

// Each type is named after what it takes and gives; several functions share one.

typedef ccuda_code (*ccuda_flags_call)(unsigned int flags);
typedef ccuda_code (*ccuda_plain_call)(void);
typedef ccuda_code (*ccuda_number_call)(int *number);
typedef ccuda_code (*ccuda_device_call)(ccuda_device *device, int index);
typedef ccuda_code (*ccuda_device_text_call)(char *text, int size, ccuda_device device);
typedef ccuda_code (*ccuda_device_uuid_call)(ccuda_uuid *uuid, ccuda_device device);
typedef ccuda_code (*ccuda_error_text_call)(ccuda_code code, const char **text);
typedef ccuda_code (*ccuda_retain_call)(ccuda_context *context, ccuda_device device);
typedef ccuda_code (*ccuda_release_call)(ccuda_device device);
typedef ccuda_code (*ccuda_context_call)(ccuda_context context);
typedef ccuda_code (*ccuda_memory_info_call)(size_t *available, size_t *total);
typedef ccuda_code (*ccuda_allocate_call)(ccuda_address *address, size_t bytes);
typedef ccuda_code (*ccuda_managed_call)(ccuda_address *address, size_t bytes, unsigned int flags);
typedef ccuda_code (*ccuda_free_call)(ccuda_address address);
typedef ccuda_code (*ccuda_host_allocate_call)(void **memory, size_t bytes);
typedef ccuda_code (*ccuda_host_free_call)(void *memory);
/// `count` is in words of 32 bits.
typedef ccuda_code (*ccuda_set_words_call)(ccuda_address address, unsigned int word, size_t count);
typedef ccuda_code (*ccuda_to_device_call)(ccuda_address to, const void *from, size_t bytes);
typedef ccuda_code (*ccuda_from_device_call)(void *to, ccuda_address from, size_t bytes);
typedef ccuda_code (*ccuda_module_load_call)(ccuda_module *module, const void *text);
typedef ccuda_code (*ccuda_module_call)(ccuda_module module);
typedef ccuda_code (*ccuda_function_call)(ccuda_function *function, ccuda_module module, const char *name);
typedef ccuda_code (*ccuda_launch_call)(
    ccuda_function function, unsigned int grid_x, unsigned int grid_y, unsigned int grid_z, unsigned int block_x,
    unsigned int block_y, unsigned int block_z, unsigned int shared_bytes, ccuda_stream stream, void **parameters,
    void **extra);
typedef ccuda_code (*ccuda_event_create_call)(ccuda_event *event, unsigned int flags);
typedef ccuda_code (*ccuda_event_record_call)(ccuda_event event, ccuda_stream stream);
typedef ccuda_code (*ccuda_event_call)(ccuda_event event);
typedef ccuda_code (*ccuda_elapsed_call)(float *milliseconds, ccuda_event start, ccuda_event end);

typedef int (*ccuda_blas_create_call)(ccuda_blas *handle);
typedef int (*ccuda_blas_destroy_call)(ccuda_blas handle);
/// Matrices lie column by column.
typedef int (*ccuda_blas_sgemm_call)(
    ccuda_blas handle, int operation_a, int operation_b, int rows, int columns, int inner, const float *alpha,
    ccuda_address a, int leading_a, ccuda_address b, int leading_b, const float *beta, ccuda_address c, int leading_c);

/// The text of `Kernels/probe.ptx`, which the driver translates for the GPU that it finds.
const char *ccuda_probe_kernels(void);
