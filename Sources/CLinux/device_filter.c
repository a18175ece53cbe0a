#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// A program of the kernel's own small machine that is asked at every opening of a device node by a process of the
// group. It answers yes for character devices on its list, for reading and writing, and no for everything else;
// nodes can't be made at all.

enum { RULE_LIMIT = 128, PROGRAM_LIMIT = 16 + RULE_LIMIT * 4 };

struct program {
    struct bpf_insn code[PROGRAM_LIMIT];
    size_t count;
};

static void add(struct program *program, uint8_t code, uint8_t to, uint8_t from, int16_t offset, int32_t value) {
    program->code[program->count++] =
        (struct bpf_insn){.code = code, .dst_reg = to, .src_reg = from, .off = offset, .imm = value};
}

static void load(struct program *program, uint8_t to, size_t offset) {
    add(program, BPF_LDX | BPF_MEM | BPF_W, to, BPF_REG_1, (int16_t)offset, 0);
}

static void answer(struct program *program, int32_t value) {
    add(program, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, value);
    add(program, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void build(struct program *program, const struct linux_device_rule *rules, size_t count) {
    const uint8_t kind = BPF_REG_2, access = BPF_REG_3, major = BPF_REG_4, minor = BPF_REG_5;
    // The lower half of the first word is the kind of device, the upper half what is to be done with it.
    load(program, kind, offsetof(struct bpf_cgroup_dev_ctx, access_type));
    add(program, BPF_ALU64 | BPF_MOV | BPF_X, access, kind, 0, 0);
    add(program, BPF_ALU64 | BPF_AND | BPF_K, kind, 0, 0, 0xffff);
    add(program, BPF_ALU64 | BPF_RSH | BPF_K, access, 0, 0, 16);
    load(program, major, offsetof(struct bpf_cgroup_dev_ctx, major));
    load(program, minor, offsetof(struct bpf_cgroup_dev_ctx, minor));
    add(program, BPF_JMP | BPF_JEQ | BPF_K, kind, 0, 2, BPF_DEVCG_DEV_CHAR);
    answer(program, 0);
    add(program, BPF_ALU64 | BPF_AND | BPF_K, access, 0, 0, BPF_DEVCG_ACC_MKNOD);
    add(program, BPF_JMP | BPF_JEQ | BPF_K, access, 0, 2, 0);
    answer(program, 0);
    for (size_t i = 0; i < count; i++) {
        bool any_minor = rules[i].minor == LINUX_ANY_MINOR;
        add(program, BPF_JMP | BPF_JNE | BPF_K, major, 0, any_minor ? 2 : 3, (int32_t)rules[i].major);
        if (!any_minor) add(program, BPF_JMP | BPF_JNE | BPF_K, minor, 0, 2, (int32_t)rules[i].minor);
        answer(program, 1);
    }
    answer(program, 0);
}

static int bpf(int command, union bpf_attr *attributes, size_t size) {
    long result = syscall(SYS_bpf, command, attributes, size);
    return result < 0 ? -errno : (int)result;
}

int linux_device_filter_load(const struct linux_device_rule *rules, size_t count) {
    struct program program = {.count = 0};
    if (count > RULE_LIMIT) return -E2BIG;
    build(&program, rules, count);
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attributes.insns = (uint64_t)(uintptr_t)program.code;
    attributes.insn_cnt = (uint32_t)program.count;
    attributes.license = (uint64_t)(uintptr_t) "Apache-2.0";
    return bpf(BPF_PROG_LOAD, &attributes, sizeof attributes);
}

int linux_device_filter_attach(int filter, int group) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)group;
    attributes.attach_bpf_fd = (uint32_t)filter;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    // Beside the filters of the groups above, which must say yes too.
    attributes.attach_flags = BPF_F_ALLOW_MULTI;
    return bpf(BPF_PROG_ATTACH, &attributes, sizeof attributes);
}
