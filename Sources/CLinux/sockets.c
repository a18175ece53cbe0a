#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { DESCRIPTOR_LIMIT = 8 };

int linux_socket_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) ? -errno : 0;
}

ssize_t linux_send(int socket, const void *bytes, size_t length, const int *descriptors, size_t count, bool blocking) {
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    union {
        char bytes[CMSG_SPACE(sizeof(int) * DESCRIPTOR_LIMIT)];
        struct cmsghdr header;
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > DESCRIPTOR_LIMIT) return -EINVAL;
    if (count) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * count);
    }
    for (;;) {
        ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL | (blocking ? 0 : MSG_DONTWAIT));
        if (sent >= 0) return sent;
        if (errno != EINTR) return -errno;
    }
}

ssize_t linux_receive(
    int socket, void *bytes, size_t length, int *descriptors, size_t *count, bool *dropped, bool blocking) {
    struct iovec part = {.iov_base = bytes, .iov_len = length};
    union {
        char bytes[CMSG_SPACE(sizeof(int) * DESCRIPTOR_LIMIT)];
        struct cmsghdr header;
    } control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    *count = 0;
    if (dropped) *dropped = false;
    ssize_t got;
    do {
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (blocking ? 0 : MSG_DONTWAIT));
    } while (got < 0 && errno == EINTR);
    if (got < 0) return -errno;
    if (dropped) *dropped = message.msg_flags & MSG_CTRUNC;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t found = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(descriptors + *count, CMSG_DATA(header), found * sizeof(int));
        *count += found;
    }
    return got;
}

// The path through the directory's descriptor is short, however long the directory's own is.
static int address_in(int directory, const char *name, struct sockaddr_un *address) {
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", directory, name);
    return length < (int)sizeof address->sun_path ? 0 : -ENAMETOOLONG;
}

int linux_listen_in(int directory, const char *name, mode_t mode) {
    struct sockaddr_un address;
    int error = address_in(directory, name, &address);
    if (error) return error;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    mode_t mask = umask(0777 & ~mode);
    int failed = bind(fd, (struct sockaddr *)&address, sizeof address);
    error = errno;
    umask(mask);
    if (!failed && !listen(fd, 128)) return fd;
    if (!failed) error = errno;
    close(fd);
    return -error;
}

int linux_connect_in(int directory, const char *name) {
    struct sockaddr_un address;
    int error = address_in(directory, name, &address);
    if (error) return error;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    if (!connect(fd, (struct sockaddr *)&address, sizeof address)) return fd;
    error = errno;
    close(fd);
    return -error;
}

int linux_peer_process(int socket) {
    int process = -1;
    socklen_t length = sizeof process;
    return getsockopt(socket, SOL_SOCKET, 77 /* SO_PEERPIDFD */, &process, &length) ? -errno : process;
}
