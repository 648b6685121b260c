// SPDX-License-Identifier: Apache-2.0
#include "cli/manifest_files.hpp"

#include "api/issue.hpp"
#include "api/manifest.hpp"
#include "client/document.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include <CLI/CLI.hpp>
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
    if (!text && text.error().code == Code::not_found)
        return fail(Code::not_found, fmt::format("error: the path {} does not exist", api::quote(name)));
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

/// Adds what a directory holds, in the order of the names.
Status add_files(Environment& env, const std::string& directory, std::vector<std::string> names,
                 bool recursive, std::vector<std::string>& files) {
    std::ranges::sort(names);
    for (const std::string& name : names) {
        const std::string path = (std::filesystem::path(directory) / name).string();
        if (is_manifest(name)) {
            files.push_back(path);
            continue;
        }
        if (!recursive) continue;
        const auto listed = env.list_directory(path);
        if (!listed) return std::unexpected(listed.error());
        if (!*listed) continue;
        if (Status added = add_files(env, path, **listed, true, files); !added) return added;
    }
    return {};
}

std::string kustomize_problem(const std::string& directory) {
    return fmt::format("kustomizations are not supported; 'kustomize build {}' makes manifests for -f -",
                       directory);
}

}  // namespace

void add_manifest_paths(CLI::App& verb, ManifestPaths& manifests, const std::string& what) {
    verb.add_option("-f,--filename", manifests.paths, what)->delimiter(',')->type_name("FILE");
    verb.add_flag("-R,--recursive", manifests.recursive, "Also what is in directories of a directory");
    verb.add_option_function<std::string>(
            "-k,--kustomize", [](const std::string&) {}, "Not supported")
        ->type_name("DIR")
        ->check(kustomize_problem);
}

std::expected<std::vector<api::Node>, api::Issue> parse_documents(Environment& env, const std::string& text) {
    return api::parse_documents(text, env.yaml_parser());
}

Result<std::vector<std::string>> manifest_files(Environment& env, const std::string& path, bool recursive) {
    if (path == "-") return std::vector{path};
    Result<std::optional<std::vector<std::string>>> listed = env.list_directory(path);
    if (!listed) return std::unexpected(listed.error());
    if (!*listed) return std::vector{path};
    std::vector<std::string> files;
    if (Status added = add_files(env, path, **listed, recursive, files); !added)
        return std::unexpected(added.error());
    if (files.empty()) return fail(Code::not_found, "no *.yaml, *.yml or *.json file in this directory");
    return files;
}

Result<std::vector<ManifestObject>> read_objects(Environment& env, const ManifestPaths& manifests) {
    std::vector<ManifestObject> objects;
    for (const std::string& path : manifests.paths) {
        const auto files = manifest_files(env, path, manifests.recursive);
        if (!files && files.error().code == Code::not_found)
            return fail(Code::not_found,
                        fmt::format("error: error reading [{}]: recognized file extensions are [.json "
                                    ".yaml .yml]",
                                    path));
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
