// SPDX-License-Identifier: Apache-2.0
#include "base/fault_point.hpp"

#ifdef HOOKLET_WITH_FAULT_POINTS

#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

namespace hooklet {

namespace {

/// Null when there is no plan.
FaultPlan* map_plan() {
    const char* path = std::getenv("HOOKLET_FAULT_POINTS");  // NOLINT(concurrency-mt-unsafe)
    if (path == nullptr) return nullptr;
    const int fd = ::open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return nullptr;
    void* memory = ::mmap(nullptr, sizeof(FaultPlan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    return memory == MAP_FAILED ? nullptr : static_cast<FaultPlan*>(memory);
}

}  // namespace

void fault_point(std::string_view what, std::string_view where) {
    static FaultPlan* const plan = map_plan();
    if (plan == nullptr || ++plan->passed != plan->die_at) return;
    const auto end = fmt::format_to_n(plan->where, sizeof plan->where - 1, "{} {}", what, where);
    *end.out = '\0';
    (void)std::raise(SIGKILL);
}

}  // namespace hooklet

#else

void hooklet::fault_point(std::string_view /*what*/, std::string_view /*where*/) {}

#endif
