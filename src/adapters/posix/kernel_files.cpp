// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/kernel_files.hpp"

#include "adapters/posix/unique_fd.hpp"

#include <array>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

namespace hooklet {

std::string read_available(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 4096> buffer;  // NOLINT(*-member-init): read() fills what is used
    ssize_t got = 0;
    while ((got = ::read(file.get(), buffer.data(), buffer.size())) > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
}

std::vector<std::string> list_available(const std::string& path) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entry(path, error);
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        names.push_back(entry->path().filename());
    }
    return names;
}

}  // namespace hooklet
