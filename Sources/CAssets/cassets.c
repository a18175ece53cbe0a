#include "cassets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char style[] = {
#embed "Files/carrel.css"
};

static const unsigned char script[] = {
#embed "Files/carrel.js"
};

// One script of several files, in the order in which they need one another.
static const unsigned char terminal_script[] = {
#embed "Files/terminal/width.js"
    ,
#embed "Files/terminal/style.js"
    ,
#embed "Files/terminal/line.js"
    ,
#embed "Files/terminal/screen.js"
    ,
#embed "Files/terminal/reader.js"
    ,
#embed "Files/terminal/commands.js"
    ,
#embed "Files/terminal/keys.js"
    ,
#embed "Files/terminal/view.js"
    ,
#embed "Files/terminal/speech.js"
    ,
#embed "Files/terminal/link.js"
    ,
#embed "Files/terminal/page.js"
};

static const unsigned char terminal_style[] = {
#embed "Files/terminal/terminal.css"
};

static const unsigned char session_script[] = {
#embed "Files/session/session.js"
};

static const unsigned char session_style[] = {
#embed "Files/session/session.css"
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

const unsigned char *cassets_terminal_script(unsigned long *length) {
    *length = sizeof terminal_script;
    return terminal_script;
}

const unsigned char *cassets_terminal_style(unsigned long *length) {
    *length = sizeof terminal_style;
    return terminal_style;
}

const unsigned char *cassets_icon(unsigned long *length) {
    *length = sizeof icon;
    return icon;
}

const unsigned char *cassets_session_script(unsigned long *length) {
    *length = sizeof session_script;
    return session_script;
}

const unsigned char *cassets_session_style(unsigned long *length) {
    *length = sizeof session_style;
    return session_style;
}
