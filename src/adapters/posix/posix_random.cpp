// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/posix_random.hpp"

#include <cerrno>
#include <system_error>

#include <sys/random.h>

namespace hooklet {

std::uint64_t PosixRandom::next() {
    std::uint64_t value = 0;
    // Requests of up to 256 bytes are never cut short; only a wait for the kernel's first seed is
    // interruptible.
    while (::getrandom(&value, sizeof value, 0) != sizeof value) {
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    return value;
}

}  // namespace hooklet
