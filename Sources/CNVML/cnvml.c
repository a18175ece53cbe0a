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
_Static_assert(sizeof(cnvml_utilization) == 8, "cnvml_utilization");
_Static_assert(sizeof(cnvml_temperature_v1) == 12, "cnvml_temperature_v1");
_Static_assert(cnvml_temperature_v1_version == (sizeof(cnvml_temperature_v1) | 1 << 24), "cnvml_temperature_v1_version");
_Static_assert(sizeof(cnvml_field_value) == 40, "cnvml_field_value");
_Static_assert(offsetof(cnvml_field_value, timestamp) == 8, "cnvml_field_value.timestamp");
_Static_assert(offsetof(cnvml_field_value, type) == 24, "cnvml_field_value.type");
_Static_assert(offsetof(cnvml_field_value, code) == 28, "cnvml_field_value.code");
_Static_assert(offsetof(cnvml_field_value, value) == 32, "cnvml_field_value.value");
_Static_assert(sizeof(cnvml_process_v1) == 16 && offsetof(cnvml_process_v1, memory) == 8, "cnvml_process_v1");
_Static_assert(sizeof(cnvml_process_v2) == 24 && offsetof(cnvml_process_v2, memory) == 8, "cnvml_process_v2");
_Static_assert(offsetof(cnvml_process_v2, gpu_instance) == 16, "cnvml_process_v2.gpu_instance");
_Static_assert(sizeof(cnvml_process_wide) == 32 && offsetof(cnvml_process_wide, memory) == 8, "cnvml_process_wide");
_Static_assert(offsetof(cnvml_process_wide, protected_memory) == 24, "cnvml_process_wide.protected_memory");
_Static_assert(sizeof(cnvml_event) == 32 && offsetof(cnvml_event, type) == 8, "cnvml_event");
_Static_assert(offsetof(cnvml_event, data) == 16, "cnvml_event.data");
_Static_assert(offsetof(cnvml_event, gpu_instance) == 24, "cnvml_event.gpu_instance");
