#pragma once
// Lets writes and syncs of a ledger's files fail in this process. SQLite calls these functions of libc by name, and a
// program's own definition comes first.

enum store_fault { STORE_FAULT_NONE, STORE_FAULT_WRITE, STORE_FAULT_SYNC };

// From now on the `at`-th call of this kind (from 1) fails once with `error`. A write that fails has written half.
void store_faults_fail(enum store_fault call, long at, int error);

// Whether the failure has happened.
int store_faults_fired(void);

// From now on every synced file is copied to its name with ".synced": what a power failure leaves at least.
void store_faults_mirror(void);
