#pragma once

// What browsers load beside the pages, put into the binary by the compiler. Each call gives the first byte and says how many
// there are; they stay for as long as the program runs.
const unsigned char *cassets_style(unsigned long *length);
const unsigned char *cassets_script(unsigned long *length);
const unsigned char *cassets_terminal_script(unsigned long *length);
const unsigned char *cassets_terminal_style(unsigned long *length);
const unsigned char *cassets_icon(unsigned long *length);
const unsigned char *cassets_session_script(unsigned long *length);
const unsigned char *cassets_session_style(unsigned long *length);
