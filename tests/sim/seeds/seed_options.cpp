// SPDX-License-Identifier: Apache-2.0
#include "sim/seeds/seed_options.hpp"

#include <stdexcept>

namespace hooklet::sim {

namespace {

void read_range(const std::string& text, SeedOptions& options) {
    const std::size_t dots = text.find("..");
    options.first = std::stoull(text);
    options.single = dots == std::string::npos;
    options.last = options.first;
    if (options.single) return;
    const std::string last = text.substr(dots + 2);
    options.last = last.empty() ? SeedOptions::endless : std::stoull(last);
}

}  // namespace

SeedOptions read_options(std::span<char* const> arguments) {
    SeedOptions options;
    if (arguments.empty()) throw std::invalid_argument("which seeds?");
    read_range(arguments.front(), options);
    for (std::size_t i = 1; i < arguments.size(); i += 2) {
        const std::string name = arguments[i];
        if (i + 1 == arguments.size()) throw std::invalid_argument(name + " needs a value");
        const std::string value = arguments[i + 1];
        if (name == "--jobs") {
            options.jobs = static_cast<unsigned>(std::stoul(value));
        } else if (name == "--write") {
            options.write = value;
        } else if (name == "--same-as") {
            options.same_as = value;
        } else {
            throw std::invalid_argument("unknown: " + name);
        }
    }
    return options;
}

}  // namespace hooklet::sim
