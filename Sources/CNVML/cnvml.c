#include "cnvml.h"

#include <stddef.h>

// A layout that differs from the driver's would be read as other numbers, silently: the build fails instead.
_Static_assert(sizeof(cnvml_pci) == 68, "cnvml_pci");
_Static_assert(offsetof(cnvml_pci, domain) == 16, "cnvml_pci.domain");
_Static_assert(offsetof(cnvml_pci, bus) == 20, "cnvml_pci.bus");
_Static_assert(offsetof(cnvml_pci, device) == 24, "cnvml_pci.device");
_Static_assert(offsetof(cnvml_pci, device_id) == 28, "cnvml_pci.device_id");
_Static_assert(offsetof(cnvml_pci, subsystem_id) == 32, "cnvml_pci.subsystem_id");
_Static_assert(offsetof(cnvml_pci, bus_id) == 36, "cnvml_pci.bus_id");
_Static_assert(sizeof(cnvml_memory_v1) == 24, "cnvml_memory_v1");
_Static_assert(sizeof(cnvml_memory_v2) == 40, "cnvml_memory_v2");
_Static_assert(offsetof(cnvml_memory_v2, total) == 8, "cnvml_memory_v2.total");
_Static_assert(offsetof(cnvml_memory_v2, reserved) == 16, "cnvml_memory_v2.reserved");
_Static_assert(offsetof(cnvml_memory_v2, free) == 24, "cnvml_memory_v2.free");
_Static_assert(offsetof(cnvml_memory_v2, used) == 32, "cnvml_memory_v2.used");
_Static_assert(cnvml_memory_v2_version == (sizeof(cnvml_memory_v2) | 2 << 24), "cnvml_memory_v2_version");
