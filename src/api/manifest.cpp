// SPDX-License-Identifier: Apache-2.0
#include "api/manifest.hpp"

#include "api/codec.hpp"
#include "api/defaults.hpp"
#include "api/json.hpp"
#include "api/supported.hpp"
#include "api/validation.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::string_view only_pods = "hooklet runs only kind Pod of apiVersion v1";

/// Turns the documents of one file into Pods.
class Loader {
  public:
    void document(const Node& node) {
        for (Issue& issue : duplicate_keys(node)) result.issues.push_back(std::move(issue));
        object(node);
    }

    Manifest result;

  private:
    void object(const Node& node) {
        if (node.is_null()) return;
        if (node.as_object() == nullptr) {
            return add(node.line, "", fmt::format("expected an object, found {}", node.describe()),
                       Reason::wrong_type);
        }
        const std::string kind = type_field(node, "kind");
        const std::string version = type_field(node, "apiVersion");
        if (kind.empty() || version.empty()) return;
        if (kind == "List" && version == "v1") return list(node);
        if (kind != "Pod") {
            add(line_of(node, "kind"), "kind",
                fmt::format("{} is not supported: {}", quoted(kind), only_pods), Reason::wrong_kind);
        } else if (version != "v1") {
            add(line_of(node, "apiVersion"), "apiVersion",
                fmt::format("{} is not supported: {}", quoted(version), only_pods), Reason::wrong_kind);
        } else {
            pod(node);
        }
    }

    void add(int line, std::string path, std::string message, Reason reason) {
        result.issues.push_back(
            {.line = line, .path = std::move(path), .message = std::move(message), .reason = reason});
    }

    /// The text of `kind` or `apiVersion`; empty, with an issue, when it is no text.
    std::string type_field(const Node& node, std::string_view name) {
        const Node* field = node.find(name);
        if (field == nullptr || field->is_null() || (field->as_string() && field->as_string()->empty())) {
            add(line_of(node, name), std::string(name), "Required value", Reason::required);
            return {};
        }
        if (field->as_string() == nullptr) {
            add(field->line, std::string(name), fmt::format("expected a string, found {}", field->describe()),
                Reason::wrong_type);
            return {};
        }
        return *field->as_string();
    }

    void list(const Node& node) {
        const Node* items = node.find("items");
        if (items == nullptr || items->is_null()) return;
        if (items->as_array() == nullptr) {
            return add(items->line, "items", fmt::format("expected an array, found {}", items->describe()),
                       Reason::wrong_type);
        }
        for (const Node& item : *items->as_array()) object(item);
    }

    void pod(const Node& node) {
        Pod pod;
        Issues issues;
        decode_into(describe<Pod>(), node, &pod, "", issues);
        if (pod.metadata.namespace_.empty()) pod.metadata.namespace_ = "default";
        set_defaults(pod);
        const bool well_typed = std::none_of(issues.begin(), issues.end(),
                                             [](const Issue& i) { return i.reason == Reason::wrong_type; });
        append(validate(pod, &node), issues, well_typed);
        Issues not_yet = unsupported(pod);
        for (Issue& issue : not_yet) issue.line = line_of(node, issue.path);
        append(std::move(not_yet), issues, true);
        check_unique(pod, node, issues);
        result.issues.insert(result.issues.end(), issues.begin(), issues.end());
        result.pods.push_back(std::move(pod));
    }

    /// A field that could not be decoded is empty; what validation says about it and its parts would mislead.
    static void append(Issues found, Issues& issues, bool all) {
        const std::size_t decoded = issues.size();
        for (Issue& issue : found) {
            const auto begin = issues.begin();
            const bool known =
                !all && std::any_of(begin, begin + static_cast<std::ptrdiff_t>(decoded), [&](const Issue& i) {
                    return i.reason == Reason::wrong_type &&
                           (i.path.starts_with(issue.path) || issue.path.starts_with(i.path));
                });
            if (!known) issues.push_back(std::move(issue));
        }
    }

    void check_unique(const Pod& pod, const Node& node, Issues& issues) {
        if (pod.metadata.name.empty()) return;
        const std::string name = pod.metadata.namespace_ + "/" + pod.metadata.name;
        const int line = line_of(node, "metadata.name");
        const auto [first, inserted] = lines_.emplace(name, line);
        if (inserted) return;
        issues.push_back(
            {.line = line,
             .path = "metadata.name",
             .message = fmt::format("Pod {} is already defined (line {})", quoted(name), first->second),
             .reason = Reason::duplicate});
    }

    std::map<std::string, int> lines_;
};

std::expected<std::vector<Node>, Issue> parse(std::string_view text, const DocumentParser& yaml_parser) {
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos || text[start] != '{') return yaml_parser(text);
    auto document = parse_json(text);
    if (!document) return std::unexpected(document.error());
    return std::vector<Node>{*std::move(document)};
}

}  // namespace

Manifest load_manifest(std::string_view file_name, std::string_view text, const DocumentParser& yaml_parser) {
    Loader loader;
    const auto documents = parse(text, yaml_parser);
    if (!documents)
        loader.result.issues.push_back(documents.error());
    else
        for (const Node& document : *documents) loader.document(document);
    Manifest manifest = std::move(loader.result);
    if (manifest.pods.empty() && manifest.issues.empty()) {
        manifest.issues.push_back({.message = "the file holds no Pod", .reason = Reason::wrong_kind});
    }
    std::stable_sort(manifest.issues.begin(), manifest.issues.end(),
                     [](const Issue& a, const Issue& b) { return a.line < b.line; });
    for (Issue& issue : manifest.issues) issue.file = file_name;
    return manifest;
}

}  // namespace hooklet::api
