#include "ccatalogue.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char accelerators[] = {
#embed "Files/accelerators.csv"
};

static const unsigned char cloud_prices[] = {
#embed "Files/cloud-prices.csv"
};

const unsigned char *ccatalogue_accelerators(unsigned long *length) {
    *length = sizeof accelerators;
    return accelerators;
}

const unsigned char *ccatalogue_cloud_prices(unsigned long *length) {
    *length = sizeof cloud_prices;
    return cloud_prices;
}
