// SPDX-License-Identifier: Apache-2.0
#include "volumes/atomic_writer.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr const char* data_link = "..data";
constexpr std::uint32_t group_may_read = 0440;
/// With a group, new files belong to it too.
constexpr std::uint32_t group_directory = 02550;

std::string_view first_part(std::string_view path) {
    return path.substr(0, path.find('/'));
}

/// What users see in the directory.
std::set<std::string, std::less<>> visible_names(const Payload& payload) {
    std::set<std::string, std::less<>> names;
    for (const auto& [path, file] : payload) names.emplace(first_part(path));
    return names;
}

/// Every directory that the files lie in, parents first.
std::set<std::string> directories_of(const Payload& payload) {
    std::set<std::string> directories;
    for (const auto& [path, file] : payload) {
        for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
            directories.insert(path.substr(0, end));
        }
    }
    return directories;
}

}  // namespace

Status AtomicWriter::write(const std::string& directory, const Payload& payload,
                           std::optional<std::uint32_t> group) {
    const Result<std::optional<std::string>> old = current(directory);
    if (!old) return std::unexpected(old.error());
    if (*old) {
        const Result<bool> same = shows(**old, payload);
        if (!same) return std::unexpected(same.error());
        // A write that failed at its very end may have left something.
        if (*same) return sweep(directory, (*old)->substr((*old)->rfind('/') + 1), payload);
    }
    const std::string name = new_name();
    const Status written = write_files(directory + "/" + name, payload, group);
    if (!written) {
        (void)ports_.files->remove_tree(directory + "/" + name);
        return written;
    }
    // When this fails, users may see the new files or the old ones: both stay.
    const Status linked = link(directory, name, payload);
    return linked ? sweep(directory, name, payload) : linked;
}

Result<std::optional<std::string>> AtomicWriter::current(const std::string& directory) {
    Result<std::string> real = ports_.files->real_path(directory + "/" + data_link);
    if (real) return *std::move(real);
    if (real.error().code == Code::not_found) return std::nullopt;
    return std::unexpected(real.error());
}

Result<bool> AtomicWriter::shows(const std::string& data, const Payload& payload) {
    std::vector<std::string> files;
    if (const Status listed = collect(data, "", files); !listed) return std::unexpected(listed.error());
    if (files.size() != payload.size()) return false;
    for (const std::string& file : files) {
        const auto wanted = payload.find(file);
        if (wanted == payload.end()) return false;
        const std::string& content = wanted->second.content;
        const auto is = ports_.files->read_tail(data + "/" + file, content.size() + 1);
        if (!is) return std::unexpected(is.error());
        if (*is != content) return false;
    }
    return true;
}

Status AtomicWriter::collect(const std::string& directory, const std::string& below,
                             std::vector<std::string>& files) {
    const auto names = ports_.files->list_directory(directory + below);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        const std::string path = below + "/" + name;
        const auto type = ports_.files->type_of(directory + path);
        if (!type) return std::unexpected(type.error());
        if (*type != FileType::directory) {
            files.push_back(path.substr(1));
        } else if (const Status inner = collect(directory, path, files); !inner) {
            return inner;
        }
    }
    return {};
}

std::string AtomicWriter::new_name() const {
    const auto second = std::chrono::floor<std::chrono::seconds>(ports_.clock->wall());
    return fmt::format("..{:%Y_%m_%d_%H_%M_%S}.{}", second, ports_.random->next() % 10'000'000'000U);
}

Status AtomicWriter::write_files(const std::string& data, const Payload& payload,
                                 std::optional<std::uint32_t> group) {
    Status done = make_directory(data, group);
    for (const std::string& directory : directories_of(payload)) {
        if (done) done = make_directory(data + "/" + directory, group);
    }
    for (const auto& [path, file] : payload) {
        const std::string full = data + "/" + path;
        // It becomes readable for others only once it has its owner.
        if (done) done = ports_.files->write_file(full, file.content, 0600);
        const std::uint32_t mode = file.mode | (group ? group_may_read : 0);
        if (done) done = ports_.files->change_owner_mode(full, {file.uid, group}, mode);
    }
    return done;
}

Status AtomicWriter::make_directory(const std::string& path, std::optional<std::uint32_t> group) {
    constexpr std::uint32_t mode = 0755;
    Status done = ports_.files->make_directories(path, mode);
    if (done && group) {
        done = ports_.files->change_owner_mode(path, {std::nullopt, group}, mode | group_directory);
    }
    return done;
}

Status AtomicWriter::link(const std::string& directory, const std::string& data_name,
                          const Payload& payload) {
    const auto present = ports_.files->list_directory(directory);
    if (!present) return std::unexpected(present.error());
    for (const std::string& name : visible_names(payload)) {
        if (std::ranges::find(*present, name) != present->end()) continue;
        const Status linked =
            ports_.files->symlink(fmt::format("{}/{}", data_link, name), directory + "/" + name);
        if (!linked) return linked;
    }
    return ports_.files->symlink(data_name, fmt::format("{}/{}", directory, data_link));
}

Status AtomicWriter::sweep(const std::string& directory, const std::string& data_name,
                           const Payload& payload) {
    const auto names = ports_.files->list_directory(directory);
    if (!names) return std::unexpected(names.error());
    const auto wanted = visible_names(payload);
    for (const std::string& name : *names) {
        if (name == data_link || name == data_name || wanted.contains(name)) continue;
        const Status removed = ports_.files->remove_tree(directory + "/" + name);
        if (!removed) return removed;
    }
    return {};
}

}  // namespace hooklet
