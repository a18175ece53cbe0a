#define _GNU_SOURCE
#include "init.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

// The door of a session's program: where it listens, nobody outside the sandbox can connect. This process, which is
// inside and has no more rights than the work, connects and passes the connection on to whoever holds the attach socket.
// So no link that the work lays leads anywhere where the work could not go by itself.
static const char folder_path[] = "/dev/carrel/session";
static int folder = -1;
static in_port_t port;

static const char *variable(const struct spec *spec, const char *name) {
    size_t length = strlen(name);
    for (char **entry = spec->environment; *entry; entry++) {
        if (!strncmp(*entry, name, length) && (*entry)[length] == '=') return *entry + length + 1;
    }
    return NULL;
}

bool door_open(const struct spec *spec) {
    if (spec->header.flags & SPEC_LISTENS_PORT) {
        const char *text = variable(spec, "CARREL_SESSION_PORT");
        port = text ? (in_port_t)atoi(text) : 0;
        errno = EINVAL;
        return port != 0;
    }
    if (!(spec->header.flags & SPEC_LISTENS_SOCKET)) return true;
    if (mkdir(folder_path, 0700)) return false;
    folder = open(folder_path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return folder >= 0;
}

// Whoever called listen() sits in this pid namespace, or in one beneath it: any other process has no number here.
static bool is_answered_from_within(int fd) {
    struct ucred peer = {0};
    socklen_t length = sizeof peer;
    return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) && peer.pid > 0;
}

static int connect_to_socket(int fd) {
    struct stat info;
    // By what is there now, and never by a link.
    int place = openat(folder, "socket", O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (place < 0) return errno == ENOENT ? ECONNREFUSED : errno;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", place);
    int failure = 0;
    if (fstat(place, &info) || !S_ISSOCK(info.st_mode)) failure = ENOTSOCK;
    else if (connect(fd, (struct sockaddr *)&address, sizeof address)) failure = errno;
    else if (!is_answered_from_within(fd)) failure = EXDEV;
    close(place);
    return failure;
}

static int connect_to_port(int fd) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    // Whoever takes the connection sees to its end being reached.
    return connect(fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS ? errno : 0;
}

int door_connect(void) {
    if (folder < 0 && !port) return -ENXIO;
    int fd = socket(port ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    int failure = port ? connect_to_port(fd) : connect_to_socket(fd);
    if (!failure) return fd;
    close(fd);
    return -failure;
}
