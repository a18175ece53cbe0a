#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { STATE_LISTENS = 10 };

struct question {
    struct nlmsghdr header;
    struct inet_diag_req_v2 body;
};

static int ask(int fd, const struct question *question, struct inet_diag_msg *answer) {
    union {
        char bytes[4096];
        struct nlmsghdr header;
    } reply;
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (sendto(fd, question, sizeof *question, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) return -errno;
    for (;;) {
        struct sockaddr_nl from = {0};
        socklen_t from_length = sizeof from;
        ssize_t length = recvfrom(fd, &reply, sizeof reply, 0, (struct sockaddr *)&from, &from_length);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) return -errno;
        // Other processes may send to this socket too, and are not believed.
        if (from_length != sizeof from || from.nl_pid != 0 || !NLMSG_OK(&reply.header, length)) continue;
        if (reply.header.nlmsg_type == NLMSG_ERROR) {
            if (reply.header.nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr))) return -EPROTO;
            int error = ((struct nlmsgerr *)NLMSG_DATA(&reply.header))->error;
            return error < 0 ? error : -EPROTO;
        }
        if (reply.header.nlmsg_type != SOCK_DIAG_BY_FAMILY) continue;
        if (reply.header.nlmsg_len < NLMSG_LENGTH(sizeof *answer)) return -EPROTO;
        memcpy(answer, NLMSG_DATA(&reply.header), sizeof *answer);
        return 0;
    }
}

int linux_socket_owner(struct linux_socket_end near, struct linux_socket_end far, uid_t *owner) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) return -errno;
    // The kernel answers at once; nobody waits for ever should it not.
    const struct timeval patience = {.tv_sec = 2};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    struct question question = {
        .header = {
            .nlmsg_len = sizeof question,
            .nlmsg_type = SOCK_DIAG_BY_FAMILY,
            .nlmsg_flags = NLM_F_REQUEST,
        },
        .body = {
            .sdiag_family = near.is_long ? AF_INET6 : AF_INET,
            .sdiag_protocol = IPPROTO_TCP,
            .idiag_states = ~0u,
            .id = {
                .idiag_sport = htons(near.port),
                .idiag_dport = htons(far.port),
                .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE},
            },
        },
    };
    memcpy(question.body.id.idiag_src, near.address, sizeof near.address);
    memcpy(question.body.id.idiag_dst, far.address, sizeof far.address);
    struct inet_diag_msg answer;
    int error = ask(fd, &question, &answer);
    close(fd);
    if (error) return error;
    // Where nobody has this connection, the kernel names who listens on its port; and of one that nobody has any more, root.
    if (answer.idiag_state == STATE_LISTENS || answer.id.idiag_dport != question.body.id.idiag_dport
        || answer.id.idiag_sport != question.body.id.idiag_sport || !answer.idiag_inode)
        return -ENOENT;
    *owner = answer.idiag_uid;
    return 0;
}
