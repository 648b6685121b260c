// SPDX-License-Identifier: Apache-2.0
#include "support/history.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <ostream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

namespace hooklet::sim {

std::string_view name(Kind kind) {
    constexpr std::array<std::string_view, 24> names{"sandbox created",
                                                     "sandbox stopped",
                                                     "sandbox removed",
                                                     "container created",
                                                     "container started",
                                                     "start unanswered",
                                                     "start failed",
                                                     "TERM",
                                                     "KILL",
                                                     "exited",
                                                     "container removed",
                                                     "exec begin",
                                                     "exec end",
                                                     "exec detached",
                                                     "exec refused",
                                                     "http hit",
                                                     "http end",
                                                     "tcp hit",
                                                     "net refused",
                                                     "image pulled",
                                                     "fault",
                                                     "mark",
                                                     "grpc hit",
                                                     "limited"};
    return names.at(static_cast<std::size_t>(kind));
}

void History::mix(std::string_view bytes) {
    for (const char c : bytes) {
        hash_ ^= static_cast<unsigned char>(c);
        hash_ *= 0x100000001B3ULL;
    }
    mix(bytes.size());
}

void History::mix(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) {
        hash_ ^= (number >> (8 * i)) & 0xFF;
        hash_ *= 0x100000001B3ULL;
    }
}

void History::add(Observation observation) {
    observation.at = clock_->now();
    mix(static_cast<std::uint64_t>(observation.at.time_since_epoch().count()));
    mix(static_cast<std::uint64_t>(observation.kind));
    mix(observation.pod);
    mix(observation.container);
    mix(observation.id);
    mix(observation.detail);
    mix(static_cast<std::uint64_t>(observation.code));
    mix(observation.operation);
    all_.push_back(std::move(observation));
    if (listener_) listener_(all_.back());
}

std::vector<Observation> History::of(Kind kind) const {
    std::vector<Observation> found;
    std::ranges::copy_if(all_, std::back_inserter(found),
                         [kind](const Observation& o) { return o.kind == kind; });
    return found;
}

void History::print(std::ostream& out) const {
    for (const Observation& o : all_) {
        const double seconds = static_cast<double>((o.at - beginning_).count()) / 1e9;
        out << fmt::format("{:12.6f}  {:<17}  {:<8}  {:<10}  {:<8}  {:>4}  {}\n", seconds, name(o.kind),
                           o.pod.substr(0, 8), o.container, o.id.substr(0, 8), o.code, o.detail);
    }
}

std::string History::text() const {
    std::ostringstream out;
    print(out);
    return out.str();
}

}  // namespace hooklet::sim
