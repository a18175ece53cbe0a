#include "cassets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char style[] = {
#embed "Files/carrel.css"
};

static const unsigned char script[] = {
#embed "Files/carrel.js"
};

static const unsigned char icon[] = {
#embed "Files/icon.svg"
};

const unsigned char *cassets_style(unsigned long *length) {
    *length = sizeof style;
    return style;
}

const unsigned char *cassets_script(unsigned long *length) {
    *length = sizeof script;
    return script;
}

const unsigned char *cassets_icon(unsigned long *length) {
    *length = sizeof icon;
    return icon;
}
