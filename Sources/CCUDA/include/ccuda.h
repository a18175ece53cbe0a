// The part of NVIDIA's driver library (libcuda), of cuBLAS and of cuDNN that Carrel calls: own declarations of their types and
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
typedef struct ccuda_dnn_st *ccuda_dnn;
/// cuDNN's description of a tensor, of filters or of a convolution.
typedef struct ccuda_dnn_shape_st *ccuda_dnn_shape;

/// A GPU's or a slice's identity, most significant byte first.
typedef struct {
    unsigned char bytes[16];
} ccuda_uuid;

enum {
    ccuda_text_size = 256,
    /// `flags` of `ccuda_managed_call`: every stream may use the memory.
    ccuda_attach_global = 1,
    /// The value of cuBLAS's operation that takes a matrix as it is.
    ccuda_blas_plain = 0,
    /// cuDNN's values for single precision, for the order image, channel, line, column, for filters that aren't turned, and
    /// for the way of convolving that every version has and that needs next to no memory of its own.
    ccuda_dnn_float = 0,
    ccuda_dnn_by_lines = 0,
    ccuda_dnn_not_turned = 1,
    ccuda_dnn_precomputed = 1,
    /// Products of single precision and no shorter ones; version 8 and newer.
    ccuda_dnn_exact = 3
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

typedef int (*ccuda_dnn_create_call)(ccuda_dnn *handle);
typedef int (*ccuda_dnn_destroy_call)(ccuda_dnn handle);
typedef int (*ccuda_dnn_shape_create_call)(ccuda_dnn_shape *shape);
typedef int (*ccuda_dnn_shape_destroy_call)(ccuda_dnn_shape shape);
typedef int (*ccuda_dnn_tensor_call)(
    ccuda_dnn_shape shape, int order, int type, int images, int channels, int height, int width);
typedef int (*ccuda_dnn_filters_call)(
    ccuda_dnn_shape shape, int type, int order, int filters, int channels, int height, int width);
typedef int (*ccuda_dnn_convolution_call)(
    ccuda_dnn_shape shape, int border_y, int border_x, int step_y, int step_x, int spread_y, int spread_x, int turned,
    int type);
typedef int (*ccuda_dnn_arithmetic_call)(ccuda_dnn_shape shape, int kind);
typedef int (*ccuda_dnn_workspace_call)(
    ccuda_dnn handle, ccuda_dnn_shape image, ccuda_dnn_shape filters, ccuda_dnn_shape convolution, ccuda_dnn_shape result,
    int way, size_t *bytes);
typedef int (*ccuda_dnn_forward_call)(
    ccuda_dnn handle, const float *alpha, ccuda_dnn_shape image, ccuda_address image_at, ccuda_dnn_shape filters,
    ccuda_address filters_at, ccuda_dnn_shape convolution, int way, ccuda_address workspace, size_t workspace_bytes,
    const float *beta, ccuda_dnn_shape result, ccuda_address result_at);

/// The text of `Kernels/probe.ptx`, which the driver translates for the GPU that it finds.
const char *ccuda_probe_kernels(void);
/// The same of `Kernels/networks.ptx`.
const char *ccuda_network_kernels(void);
