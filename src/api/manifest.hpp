// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/node.hpp"
#include "api/pod_references.hpp"
#include "api/types.hpp"

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::api {

/// Splits a text into documents; the failure carries the line. Empty documents are null nodes.
using DocumentParser = std::function<std::expected<std::vector<Node>, Issue>(std::string_view text)>;

/// What a manifest file holds. The objects are decoded, defaulted and validated; use them only when there are
/// no issues.
struct Manifest {
    std::vector<Pod> pods;
    std::vector<ConfigMap> config_maps;
    std::vector<Secret> secrets;
    /// What each Pod needs, in the order of `pods`.
    std::vector<std::vector<PodReference>> needed;
    Issues issues;                          ///< All problems of all documents, in the order of their lines.
    std::map<std::string, int> name_lines;  ///< `Pod NAMESPACE/NAME`: where each object says its name.

    [[nodiscard]] bool empty() const { return pods.empty() && config_maps.empty() && secrets.empty(); }
};

/// The documents of a text. One that starts with `{` is JSON or, when it is not, YAML in flow style.
std::expected<std::vector<Node>, Issue> parse_documents(std::string_view text,
                                                        const DocumentParser& yaml_parser);

/// Reads the objects of a manifest, JSON or YAML; a `kind: List` stands for its items. After a syntax error
/// there are only the documents before it. An object without a namespace gets `default`; a generateName is
/// left for the caller. `file_name` only labels the issues.
Manifest load_manifest(std::string_view file_name, std::string_view text, const DocumentParser& yaml_parser);

}  // namespace hooklet::api
