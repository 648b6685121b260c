// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/image_archive.hpp"

#include "adapters/posix/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace hooklet::containerd {

namespace {

namespace json = boost::json;

constexpr std::string_view image_name_key = "io.containerd.image.name";
constexpr std::string_view ref_name_key = "org.opencontainers.image.ref.name";
constexpr std::size_t block = 512;
constexpr std::uint64_t longest_entry = 16UL * 1024 * 1024;

std::string string_at(const json::value& value, std::string_view key) {
    const auto* object = value.if_object();
    const auto* found = object == nullptr ? nullptr : object->if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

/// The elements of an array member; none when there is no such array.
json::array array_at(const json::value& value, std::string_view key) {
    const auto* object = value.if_object();
    const auto* found = object == nullptr ? nullptr : object->if_contains(key);
    return found != nullptr && found->is_array() ? found->as_array() : json::array{};
}

/// A name without its tag or digest.
std::string_view repository(std::string_view name) {
    name = name.substr(0, name.find('@'));
    const auto colon = name.rfind(':');
    const auto slash = name.rfind('/');
    const bool has_tag =
        colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
    return has_tag ? name.substr(0, colon) : name;
}

/// An image whose index entry has only a reference name: a full name, or just a tag.
ArchivedImage from_ref_name(const std::string& ref, std::string_view stem) {
    if (ref.find_first_of("/:") == std::string::npos) {
        const std::string base(repository(full_image_name(stem)));
        return {base + ":" + ref, base + ":" + ref, base};
    }
    return {full_image_name(ref), ref, std::string(repository(ref))};
}

std::vector<ArchivedImage> from_index(const json::value& index, std::string_view stem) {
    std::vector<ArchivedImage> images;
    for (const json::value& entry : array_at(index, "manifests")) {
        const auto* object = entry.if_object();
        const auto* annotations = object == nullptr ? nullptr : object->if_contains("annotations");
        if (annotations == nullptr) continue;
        const std::string name = string_at(*annotations, image_name_key);
        const std::string ref = string_at(*annotations, ref_name_key);
        if (name.empty() && ref.empty()) continue;
        images.push_back(name.empty() ? from_ref_name(ref, stem)
                                      : ArchivedImage{full_image_name(name), name, {}});
        const std::string digest = string_at(entry, "digest");
        if (!digest.empty())
            images.back().by_digest = fmt::format("{}@{}", repository(images.back().name), digest);
    }
    return images;
}

std::vector<ArchivedImage> from_manifest(const json::value& manifest) {
    std::vector<ArchivedImage> images;
    if (!manifest.is_array()) return images;
    for (const json::value& entry : manifest.as_array()) {
        for (const json::value& tag : array_at(entry, "RepoTags")) {
            if (!tag.is_string()) continue;
            const std::string name = full_image_name(std::string_view(tag.as_string()));
            images.push_back({name, name, {}});
        }
    }
    return images;
}

std::uint64_t parse_octal(std::string_view field) {
    const auto begin = std::min(field.find_first_not_of(' '), field.size());
    std::uint64_t value = 0;
    std::from_chars(field.data() + begin, field.data() + field.size(), value, 8);
    return value;
}

/// A header block of the ustar format.
struct TarHeader {
    std::string name;
    std::uint64_t size = 0;
    bool regular = false;
};

/// nullopt when the block's checksum is wrong.
std::optional<TarHeader> parse_header(std::string_view header) {
    constexpr std::size_t sum_at = 148;
    constexpr std::size_t sum_length = 8;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < block; ++i) {
        const bool in_sum = i >= sum_at && i < sum_at + sum_length;
        sum += in_sum ? ' ' : static_cast<unsigned char>(header[i]);
    }
    if (sum != parse_octal(header.substr(sum_at, sum_length))) return std::nullopt;
    TarHeader parsed;
    const std::string_view name = header.substr(0, 100);
    parsed.name = name.substr(0, name.find('\0'));
    if (parsed.name.starts_with("./")) parsed.name.erase(0, 2);
    const std::string_view size = header.substr(124, 12);
    if ((static_cast<unsigned char>(size[0]) & 0x80U) != 0) {
        for (const char c : size.substr(4)) parsed.size = parsed.size << 8U | static_cast<unsigned char>(c);
    } else {
        parsed.size = parse_octal(size);
    }
    parsed.regular = header[156] == '0' || header[156] == '\0';
    return parsed;
}

bool read_exactly(int fd, char* to, std::size_t size, std::uint64_t offset) {
    while (size > 0) {
        const ssize_t got = ::pread(fd, to, size, static_cast<off_t>(offset));
        if (got <= 0) return false;
        to += got;
        size -= static_cast<std::size_t>(got);
        offset += static_cast<std::uint64_t>(got);
    }
    return true;
}

}  // namespace

std::string full_image_name(std::string_view name) {
    std::string full(name);
    const auto slash = name.find('/');
    const std::string_view first = name.substr(0, slash);
    const bool has_domain = slash != std::string_view::npos &&
                            (first.find_first_of(".:") != std::string_view::npos || first == "localhost");
    if (!has_domain) full.insert(0, slash == std::string_view::npos ? "docker.io/library/" : "docker.io/");
    if (repository(full).size() == full.size()) full += ":latest";
    return full;
}

Result<std::vector<ArchivedImage>> archived_images(std::string_view index, std::string_view manifest,
                                                   std::string_view file_stem) {
    const std::string_view text = index.empty() ? manifest : index;
    if (text.empty())
        return fail(Code::invalid, "not an image archive: neither index.json nor manifest.json");
    json::error_code error;
    const json::value parsed = json::parse(text, error);
    if (error) {
        return fail(Code::invalid, fmt::format("not an image archive: {} is not valid JSON",
                                               index.empty() ? "manifest.json" : "index.json"));
    }
    auto images = index.empty() ? from_manifest(parsed) : from_index(parsed, file_stem);
    if (images.empty()) return fail(Code::invalid, "the image archive names no image");
    return images;
}

Result<std::map<std::string, std::string>> read_tar_entries(const std::string& path,
                                                            const std::vector<std::string>& names) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return std::unexpected(errno_error("cannot be read", errno));
    std::map<std::string, std::string> found;
    std::array<char, block> header{};
    for (std::uint64_t at = 0; read_exactly(file.get(), header.data(), block, at);) {
        if (std::ranges::all_of(header, [](char c) { return c == '\0'; })) break;
        const auto entry = parse_header({header.data(), block});
        if (!entry) return fail(Code::invalid, "not a tar archive");
        const bool wanted = entry->regular && std::ranges::find(names, entry->name) != names.end();
        if (wanted && entry->size <= longest_entry) {
            std::string content(entry->size, '\0');
            if (!read_exactly(file.get(), content.data(), content.size(), at + block)) {
                return fail(Code::invalid, "the archive is cut short");
            }
            found[entry->name] = std::move(content);
        }
        at += block + (entry->size + block - 1) / block * block;
    }
    return found;
}

Result<std::vector<ArchivedImage>> read_image_archive(const std::string& path) {
    auto entries = read_tar_entries(path, {"index.json", "manifest.json"});
    if (!entries) return std::unexpected(entries.error());
    return archived_images((*entries)["index.json"], (*entries)["manifest.json"],
                           std::filesystem::path(path).stem().string());
}

}  // namespace hooklet::containerd
