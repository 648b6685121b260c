// SPDX-License-Identifier: Apache-2.0
// Process 1 of a Pod's sandbox: reaps adopted children and ends on TERM or INT.
//
// The signals are blocked and fetched one by one. A blocked signal reaches process 1 of a PID namespace
// although its default action would be dropped there, so no signal handler is needed, and neither is a C
// library.
#include <asm/unistd.h>
#include <linux/signal.h>
#include <linux/wait.h>

#if defined(__x86_64__)
static long call4(long number, long a, long b, long c, long d) {
    register long r10 __asm__("r10") = d;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
static long call4(long number, long a, long b, long c, long d) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}
#else
#error "pause: this processor needs its system call sequence here"
#endif

enum { signal_set_bytes = 8 };

__attribute__((noreturn, used)) void pause_main(void) {
    const unsigned long wanted = 1UL << (SIGTERM - 1) | 1UL << (SIGINT - 1) | 1UL << (SIGCHLD - 1);
    call4(__NR_rt_sigprocmask, SIG_BLOCK, (long)&wanted, 0, signal_set_bytes);
    for (;;) {
        const long got = call4(__NR_rt_sigtimedwait, (long)&wanted, 0, 0, signal_set_bytes);
        if (got == SIGTERM || got == SIGINT) {
            call4(__NR_exit_group, 0, 0, 0, 0);
        }
        while (call4(__NR_wait4, -1, 0, WNOHANG, 0) > 0) {
        }
    }
}

// The entry point: the stack is aligned as the ABI wants it at a call.
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  and $-16, %rsp\n  call pause_main\n");
#else
__asm__(".globl _start\n_start:\n  b pause_main\n");
#endif
