#define _GNU_SOURCE
#include "CPAM.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

// As Linux-PAM has had them since its first release; nothing is linked.
struct message {
    int style;
    const char *text;
};

struct response {
    char *text;
    int unused;
};

struct conversation {
    int (*talk)(int count, const struct message **messages, struct response **responses, void *data);
    void *data;
};

typedef struct pam_handle handle;

enum {
    success = 0,
    open_error = 1,
    symbol_error = 2,
    service_error = 3,
    system_error = 4,
    buffer_error = 5,
    information_away = 9,
    conversation_error = 19,
    ask_hidden = 1,
    ask_shown = 2,
    tell_error = 3,
    tell_information = 4,
    item_user = 2,
    silent = 0x8000,
    no_empty_password = 1,
    most_messages = 32,
};

static int talk(int count, const struct message **messages, struct response **responses, void *data) {
    if (count < 1 || count > most_messages) return conversation_error;
    struct response *answers = calloc((size_t)count, sizeof *answers);
    if (!answers) return buffer_error;
    for (int i = 0; i < count; i++) {
        int style = messages[i]->style;
        if (style == tell_error || style == tell_information) continue;
        // Something that is shown is no password: a code of a second device, say, which nobody is here to type.
        if (style == ask_hidden) answers[i].text = strdup(data);
        if (!answers[i].text) {
            for (int j = 0; j < i; j++) {
                if (answers[j].text) explicit_bzero(answers[j].text, strlen(answers[j].text));
                free(answers[j].text);
            }
            free(answers);
            return conversation_error;
        }
    }
    *responses = answers;
    return success;
}

// What is away or out of order; every other code says no to somebody. A module may say “system error” for either.
static enum cpam_verdict verdict(int code) {
    switch (code) {
    case success: return cpam_accepted;
    case open_error:
    case symbol_error:
    case service_error:
    case buffer_error:
    case information_away: return cpam_failed;
    default: return cpam_refused;
    }
}

enum cpam_verdict cpam_check(
    const char *service, const char *folder, const char *user, const char *password, char *name, size_t size, int *number) {
    *number = 0;
    // Modules look for its symbols too.
    void *library = dlopen("libpam.so.0", RTLD_NOW | RTLD_GLOBAL);
    if (!library) return cpam_missing;
    int (*start)(const char *, const char *, const struct conversation *, handle **) = dlsym(library, "pam_start");
    int (*start_in)(const char *, const char *, const struct conversation *, const char *, handle **) =
        dlsym(library, "pam_start_confdir");
    int (*authenticate)(handle *, int) = dlsym(library, "pam_authenticate");
    int (*permit)(handle *, int) = dlsym(library, "pam_acct_mgmt");
    int (*item)(const handle *, int, const void **) = dlsym(library, "pam_get_item");

    int (*end)(handle *, int) = dlsym(library, "pam_end");
    if (!start || !authenticate || !permit || !item || !end || (folder && !start_in)) return cpam_missing;

    struct conversation conversation = {talk, (void *)password};
    handle *pam = NULL;
    int code = folder ? start_in(service, user, &conversation, folder, &pam) : start(service, user, &conversation, &pam);
    if (code != success) {
        *number = code;
        return cpam_failed;
    }
    code = authenticate(pam, silent | no_empty_password);
    if (code == success) code = permit(pam, silent | no_empty_password);
    if (code == success) {
        const void *found = NULL;
        code = item(pam, item_user, &found);
        if (code == success && (!found || strlen(found) >= size)) code = system_error;
        if (code == success) strcpy(name, found);
    }
    end(pam, code);
    *number = code;
    return verdict(code);
}
