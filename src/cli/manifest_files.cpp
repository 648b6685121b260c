// SPDX-License-Identifier: Apache-2.0
#include "cli/manifest_files.hpp"

#include "api/issue.hpp"
#include "api/manifest.hpp"
#include "client/document.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace hooklet::cli {

namespace {

constexpr const char* standard_input = "<stdin>";

bool is_manifest(const std::string& file) {
    constexpr std::array<std::string_view, 3> endings{".yaml", ".yml", ".json"};
    return std::ranges::any_of(endings, [&file](std::string_view ending) { return file.ends_with(ending); });
}

Status add_objects(const std::string& file, const api::Node& document, std::vector<ManifestObject>& objects) {
    if (document.is_null()) return {};
    constexpr std::string_view ending = "List";
    const std::string kind = client::text_at(document, "kind");
    if (kind.ends_with(ending) && document.find("items") != nullptr) {
        for (api::Node item : client::items(document, "items")) {
            // The items of a PodList need not say that they are Pods.
            if (kind != ending && item.as_object() != nullptr && item.find("kind") == nullptr) {
                item.set("kind", api::Node(kind.substr(0, kind.size() - ending.size())));
                item.set("apiVersion", api::Node(client::text_at(document, "apiVersion")));
            }
            if (Status added = add_objects(file, item, objects); !added) return added;
        }
        return {};
    }
    for (const char* needed : {"apiVersion", "kind"}) {
        if (client::text_at(document, needed).empty())
            return fail(Code::invalid, fmt::format("error: {}:{}: {} not set", file, document.line, needed));
    }
    objects.push_back({document, file == standard_input ? "STDIN" : file});
    return {};
}

Status read_file(Environment& env, const std::string& name, std::vector<ManifestObject>& objects) {
    const std::string label = name == "-" ? standard_input : name;
    const Result<std::string> text = env.read_input(name);
    if (!text) return fail(text.error().code, fmt::format("error: {}: {}", label, text.error().text()));
    auto documents = parse_documents(env, *text);
    if (!documents) {
        documents.error().file = label;
        return fail(Code::invalid, "error: " + api::to_string(documents.error()));
    }
    for (const api::Node& document : *documents) {
        if (Status added = add_objects(label, document, objects); !added) return added;
    }
    return {};
}

}  // namespace

std::expected<std::vector<api::Node>, api::Issue> parse_documents(Environment& env, const std::string& text) {
    return api::parse_documents(text, env.yaml_parser());
}

Result<std::vector<std::string>> manifest_files(Environment& env, const std::string& path) {
    if (path == "-") return std::vector{path};
    Result<std::optional<std::vector<std::string>>> listed = env.list_directory(path);
    if (!listed) return std::unexpected(listed.error());
    if (!*listed) return std::vector{path};
    std::vector<std::string> files;
    std::ranges::copy_if(**listed, std::back_inserter(files), is_manifest);
    if (files.empty()) return fail(Code::not_found, "no *.yaml, *.yml or *.json file in this directory");
    std::ranges::sort(files);
    for (std::string& file : files) file = (std::filesystem::path(path) / file).string();
    return files;
}

Result<std::vector<ManifestObject>> read_objects(Environment& env, const std::vector<std::string>& paths) {
    std::vector<ManifestObject> objects;
    for (const std::string& path : paths) {
        const auto files = manifest_files(env, path);
        if (!files) return fail(files.error().code, fmt::format("error: {}: {}", path, files.error().text()));
        for (const std::string& file : *files) {
            if (Status read = read_file(env, file, objects); !read) return std::unexpected(read.error());
        }
    }
    if (objects.empty()) return fail(Code::invalid, "error: there is no object in these files");
    return objects;
}

Error about_file(const Error& error, std::string_view doing, const std::string& file, bool several) {
    constexpr std::string_view invalid = "The ";
    constexpr std::string_view ours = "error: ";
    std::string text = error.text();
    if (text.starts_with(invalid)) {
        if (!several) return error;
        text = "Error from server (Invalid): " + text.substr(invalid.size());
    }
    std::size_t begin = 0;
    if (text.starts_with(ours)) begin = ours.size();
    if (text.starts_with("Error from server")) begin = text.find(": ") + 2;
    if (begin == 0) return error;
    return {error.code, fmt::format("{}error when {} {}: {}", text.substr(0, begin), doing, api::quote(file),
                                    text.substr(begin))};
}

}  // namespace hooklet::cli
