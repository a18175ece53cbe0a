#include "ccuda.h"

// A layout that differs from the driver's would be read as other numbers, silently: the build fails instead.
_Static_assert(sizeof(ccuda_uuid) == 16, "ccuda_uuid");
_Static_assert(sizeof(ccuda_device) == 4, "ccuda_device");
_Static_assert(sizeof(ccuda_address) == 8, "ccuda_address");
_Static_assert(sizeof(void *) == 8, "the kernels use addresses of 64 bits");

#pragma clang diagnostic ignored "-Wc23-extensions"
static const char probe_kernels[] = {
#embed "Kernels/probe.ptx"
    , 0};

const char *ccuda_probe_kernels(void) { return probe_kernels; }

static const char network_kernels[] = {
#embed "Kernels/networks.ptx"
    , 0};

const char *ccuda_network_kernels(void) { return network_kernels; }
