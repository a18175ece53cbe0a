#pragma once
#include <stddef.h>

// What the machine's own sign-in says of a name and a password.
enum cpam_verdict {
    // The password is theirs and the account may be used now.
    cpam_accepted = 0,
    cpam_refused = 1,
    // A module, or what it asks, does not work.
    cpam_failed = 2,
    // The library is not on this machine.
    cpam_missing = 3,
};

// Asks PAM, by its library, which is opened now. May block for ever, crash and leak: call it in a process of its own.
// Questions are answered with the password where they ask for one that is not shown; others end the attempt.
//
// service: the name of a file of rules. folder: where that lies; NULL: where the machine has it.
// name: receives whom the modules say that it is, of at most `size` bytes. number: PAM's own code.
enum cpam_verdict cpam_check(
    const char *service, const char *folder, const char *user, const char *password, char *name, size_t size, int *number);
