#pragma once

// The advisor's tables, put into the binary by the compiler. Each call gives the first byte and says how many there are; they
// stay for as long as the program runs.
const unsigned char *ccatalogue_accelerators(unsigned long *length);
const unsigned char *ccatalogue_cloud_prices(unsigned long *length);
