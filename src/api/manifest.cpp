// SPDX-License-Identifier: Apache-2.0
#include "api/manifest.hpp"

#include "api/app_armor.hpp"
#include "api/codec.hpp"
#include "api/defaults.hpp"
#include "api/json.hpp"
#include "api/supported.hpp"
#include "api/validation.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::string_view kinds = "hooklet runs kind Pod of apiVersion v1, with its ConfigMaps and Secrets";

template <class Object>
struct KindName;
template <>
struct KindName<Pod> {
    static constexpr std::string_view text = "Pod";
};
template <>
struct KindName<ConfigMap> {
    static constexpr std::string_view text = "ConfigMap";
};
template <>
struct KindName<Secret> {
    static constexpr std::string_view text = "Secret";
};

constexpr std::string_view list_ending = "List";

/// Turns the documents of one file into objects.
class Loader {
  public:
    void document(const Node& node) {
        for (Issue& issue : duplicate_keys(node)) result.issues.push_back(std::move(issue));
        object(node);
    }

    Manifest result;

  private:
    /// `listed_as`: the kind of what the list around it holds; empty when it says itself what it is.
    void object(const Node& node, const std::string& listed_as = "") {
        if (node.is_null()) return;
        if (node.as_object() == nullptr) {
            return add(node.line, "", fmt::format("expected an object, found {}", node.describe()),
                       Reason::wrong_type);
        }
        const std::string kind = type_field(node, "kind", listed_as);
        const std::string version = type_field(node, "apiVersion", listed_as.empty() ? "" : "v1");
        if (kind.empty() || version.empty()) return;
        if (is_list(kind) && version == "v1")
            return list(node, kind.substr(0, kind.size() - list_ending.size()));
        const bool pod = kind == KindName<Pod>::text;
        const bool config_map = kind == KindName<ConfigMap>::text;
        if (!pod && !config_map && kind != KindName<Secret>::text) return refuse(node, "kind", kind);
        if (version != "v1") return refuse(node, "apiVersion", version);
        if (pod) return take(node, result.pods);
        if (config_map) return take(node, result.config_maps);
        take(node, result.secrets);
    }

    void refuse(const Node& node, std::string_view field, const std::string& value) {
        add(line_of(node, field), std::string(field),
            fmt::format("{} is not supported: {}", quote(value), kinds), Reason::wrong_kind);
    }

    void add(int line, std::string path, std::string message, Reason reason) {
        result.issues.push_back(
            {.line = line, .path = std::move(path), .message = std::move(message), .reason = reason});
    }

    /// The text of `kind` or `apiVersion`, `otherwise` when it is not set; empty, with an issue, when it is
    /// no text.
    std::string type_field(const Node& node, std::string_view name, const std::string& otherwise) {
        const Node* field = node.find(name);
        if (field == nullptr || field->is_null() || (field->as_string() && field->as_string()->empty())) {
            if (!otherwise.empty()) return otherwise;
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

    static bool is_list(std::string_view kind) {
        constexpr std::array<std::string_view, 4> lists{"List", "PodList", "ConfigMapList", "SecretList"};
        return std::ranges::find(lists, kind) != lists.end();
    }

    void list(const Node& node, const std::string& of) {
        const Node* items = node.find("items");
        if (items == nullptr || items->is_null()) return;
        if (items->as_array() == nullptr) {
            return add(items->line, "items", fmt::format("expected an array, found {}", items->describe()),
                       Reason::wrong_type);
        }
        for (const Node& item : *items->as_array()) object(item, of);
    }

    template <class Object>
    void take(const Node& node, std::vector<Object>& objects) {
        Object object;
        Issues issues;
        decode_into(describe<Object>(), node, &object, "", issues);
        if (object.metadata.namespace_.empty()) object.metadata.namespace_ = "default";
        if constexpr (!std::is_same_v<Object, ConfigMap>) set_defaults(object);
        if constexpr (std::is_same_v<Object, Pod>) take_app_armor_annotations(object);
        append(validate(object, &node), issues);
        if constexpr (std::is_same_v<Object, Pod>) {
            Issues not_yet = unsupported(object);
            for (Issue& issue : not_yet) issue.line = line_of(node, issue.path);
            std::ranges::move(not_yet, std::back_inserter(issues));
            result.needed.push_back(needed_objects(object));
            for (PodReference& needed : result.needed.back()) needed.line = line_of(node, needed.path);
        }
        check_unique(object.metadata, KindName<Object>::text, node, issues);
        result.issues.insert(result.issues.end(), issues.begin(), issues.end());
        objects.push_back(std::move(object));
    }

    /// Whether `path` is `parent`, or a part of it.
    static bool is_within(std::string_view path, std::string_view parent) {
        if (!path.starts_with(parent)) return false;
        const std::string_view rest = path.substr(parent.size());
        return rest.empty() || rest.front() == '.' || rest.front() == '[';
    }

    /// What validation says about a field that could not be decoded, and about its parts, would mislead; so
    /// would that its parent needs a value.
    static bool misleads(const Issue& found, const Issue& decoding) {
        if (decoding.reason != Reason::wrong_type) return false;
        return is_within(found.path, decoding.path) ||
               (found.reason == Reason::required && is_within(decoding.path, found.path));
    }

    /// Adds to `issues`, which are those of decoding, what validation has found.
    static void append(Issues found, Issues& issues) {
        std::erase_if(found, [&](const Issue& issue) {
            return std::ranges::any_of(issues, [&](const Issue& i) { return misleads(issue, i); });
        });
        std::ranges::move(found, std::back_inserter(issues));
    }

    void check_unique(const ObjectMeta& metadata, std::string_view kind, const Node& node, Issues& issues) {
        if (metadata.name.empty()) return;
        const std::string name = metadata.namespace_ + "/" + metadata.name;
        const int line = line_of(node, "metadata.name");
        const auto [first, inserted] = result.name_lines.emplace(fmt::format("{} {}", kind, name), line);
        if (inserted) return;
        issues.push_back(
            {.line = line,
             .path = "metadata.name",
             .message = fmt::format("{} {} is already defined (line {})", kind, quote(name), first->second),
             .reason = Reason::duplicate});
    }
};

bool begins_document(std::string_view line) {
    constexpr std::string_view mark = "---";
    constexpr std::string_view blanks = " \t\r\n";
    return line.starts_with(mark) && (line.size() == mark.size() || blanks.contains(line[mark.size()]));
}

/// Where the last document that begins in the first `lines` lines begins; 0 when that is the text's start.
std::size_t last_document(std::string_view text, int lines) {
    std::size_t found = 0;
    std::size_t begin = 0;
    for (int line = 0; line < lines && begin < text.size(); ++line) {
        if (begins_document(text.substr(begin))) found = begin;
        begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
    }
    return found;
}

/// The documents before the one that cannot be read, by the line where that was noticed: it may stand in a
/// later document.
std::vector<Node> documents_before(std::string_view text, int line, const DocumentParser& yaml_parser) {
    constexpr int most_tries = 3;
    for (int tries = 0; tries < most_tries; ++tries) {
        text = text.substr(0, last_document(text, line));
        if (text.empty()) return {};
        auto documents = yaml_parser(text);
        if (documents) return *std::move(documents);
        line = documents.error().line;
    }
    return {};
}

/// Whether somebody who writes `{` has JSON in mind: its keys have quotes, and it is one document.
bool looks_like_json(std::string_view object) {
    const std::size_t first = std::min(object.find_first_not_of(" \t\r\n", 1), object.size());
    const bool quoted = first == object.size() || object[first] == '"' || object[first] == '}';
    return quoted && last_document(object, std::numeric_limits<int>::max()) == 0;
}

}  // namespace

std::expected<std::vector<Node>, Issue> parse_documents(std::string_view text,
                                                        const DocumentParser& yaml_parser) {
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos || text[start] != '{') return yaml_parser(text);
    auto document = parse_json(text);
    if (document) return std::vector<Node>{*std::move(document)};
    auto documents = yaml_parser(text);
    if (!documents && looks_like_json(text.substr(start))) return std::unexpected(document.error());
    return documents;
}

Manifest load_manifest(std::string_view file_name, std::string_view text, const DocumentParser& yaml_parser) {
    Loader loader;
    auto documents = parse_documents(text, yaml_parser);
    if (!documents) {
        loader.result.issues.push_back(documents.error());
        documents = documents_before(text, documents.error().line, yaml_parser);
    }
    for (const Node& document : *documents) loader.document(document);
    Manifest manifest = std::move(loader.result);
    if (manifest.empty() && manifest.issues.empty()) {
        manifest.issues.push_back(
            {.message = "the file holds no Pod, ConfigMap or Secret", .reason = Reason::wrong_kind});
    }
    std::stable_sort(manifest.issues.begin(), manifest.issues.end(),
                     [](const Issue& a, const Issue& b) { return a.line < b.line; });
    for (Issue& issue : manifest.issues) issue.file = file_name;
    return manifest;
}

}  // namespace hooklet::api
