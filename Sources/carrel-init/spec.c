#include "init.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

// Cuts `count` zero-terminated strings from the text; null when there are fewer.
static char **take_strings(char **at, const char *end, uint32_t count) {
    char **list = calloc((size_t)count + 1, sizeof *list);
    if (!list) return NULL;
    for (uint32_t i = 0; i < count; i++) {
        char *stop = memchr(*at, 0, (size_t)(end - *at));
        if (!stop) return NULL;
        list[i] = *at;
        *at = stop + 1;
    }
    return list;
}

bool spec_read(int fd, struct spec *spec) {
    struct stat info;
    memset(spec, 0, sizeof *spec);
    if (fstat(fd, &info) || info.st_size < (off_t)sizeof spec->header) return false;
    spec->mapping_bytes = (size_t)info.st_size;
    // Private and writable: the environment is handed to exec and wiped afterwards.
    spec->mapping = mmap(NULL, spec->mapping_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (spec->mapping == MAP_FAILED) return false;
    memcpy(&spec->header, spec->mapping, sizeof spec->header);
    const struct spec_header *header = &spec->header;
    size_t groups = (size_t)header->groups * sizeof(uint32_t);
    if (header->magic != SPEC_MAGIC || header->arguments < 1) return false;
    if (sizeof *header + groups + header->string_bytes != spec->mapping_bytes) return false;
    spec->groups = (gid_t *)((char *)spec->mapping + sizeof *header);
    char *at = (char *)spec->groups + groups, *end = at + header->string_bytes;
    char **directory = take_strings(&at, end, 1);
    if (!directory) return false;
    spec->directory = directory[0];
    spec->arguments = take_strings(&at, end, header->arguments);
    spec->environment = spec->arguments ? take_strings(&at, end, header->variables) : NULL;
    return spec->environment != NULL;
}

void spec_forget(struct spec *spec) {
    if (!spec->mapping) return;
    // The work's secrets live on in the work alone.
    explicit_bzero(spec->mapping, spec->mapping_bytes);
    munmap(spec->mapping, spec->mapping_bytes);
    spec->mapping = NULL;
}
