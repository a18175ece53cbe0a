// How the stand-ins read what they shall do: a file of facts, a line each, that an environment variable names.
#pragma once
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

// The text as it was read last: a real library reads no file, and the cost of reading one would look like the caller's.
static struct {
    pthread_mutex_t lock;
    struct stat of;
    char *text;
} state_kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int state_is_kept(const struct stat *now) {
    const struct stat *then = &state_kept.of;
    return state_kept.text && then->st_ino == now->st_ino && then->st_dev == now->st_dev && then->st_size == now->st_size
        && then->st_mtim.tv_sec == now->st_mtim.tv_sec && then->st_mtim.tv_nsec == now->st_mtim.tv_nsec;
}

// A file that was changed just now may change again without another time on it.
static int state_is_settled(const struct stat *now) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    long long age = (time.tv_sec - now->st_mtim.tv_sec) * 1000000000LL + time.tv_nsec - now->st_mtim.tv_nsec;
    return age < 0 || age > 100000000;
}

static char *state_read(FILE *file) {
    size_t room = 4096, length = 0, count;
    char *text = malloc(room);
    while (text && (count = fread(text + length, 1, room - length - 1, file)) > 0) {
        length += count;
        if (room - length < 2) text = realloc(text, room *= 2);
    }
    if (text) text[length] = 0;
    return text;
}

static int state_find(const char *text, const char *name, char *value, size_t size) {
    size_t length = strlen(name);
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, name, length) != 0) continue;
        const char *rest = line + length;
        if (*rest != ' ' && *rest != '\n' && *rest != '#' && *rest) continue;
        if (*rest == ' ') rest++;
        snprintf(value, size, "%.*s", (int)strcspn(rest, "#\n"), rest);
        return 1;
    }
    return 0;
}

// The fact of this name; 0: there is none.
static int state_lookup(const char *variable, const char *name, char *value, size_t size) {
    const char *path = getenv(variable);
    FILE *file = NULL;
    struct stat now;
    if (!path || stat(path, &now) != 0) return 0;
    pthread_mutex_lock(&state_kept.lock);
    if (!state_is_kept(&now) && (file = fopen(path, "re"))) {
        free(state_kept.text);
        state_kept.text = fstat(fileno(file), &now) == 0 ? state_read(file) : NULL;
        state_kept.of = now;
        fclose(file);
    }
    int found = state_kept.text ? state_find(state_kept.text, name, value, size) : 0;
    if (!state_is_settled(&now)) {
        free(state_kept.text);
        state_kept.text = NULL;
    }
    pthread_mutex_unlock(&state_kept.lock);
    return found;
}
